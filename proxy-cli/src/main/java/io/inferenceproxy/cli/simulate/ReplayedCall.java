package io.inferenceproxy.cli.simulate;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ClientAddress;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.call.TraceParent;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.time.Scheduler;
import io.inferenceproxy.time.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Makes of a logged call one that limits can decide about. */
final class ReplayedCall {

    private static final Scheduler NO_TIMERS = new Scheduler() {
        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            throw new UnsupportedOperationException("nothing waits in a simulation");
        }

        @Override
        public boolean isCurrentThread() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    };

    private ReplayedCall() {}

    static ProxyCall of(LoggedCall logged, Ticker ticker) {
        ProxyRequest request = new ProxyRequest(
                "POST",
                RequestTarget.ROOT,
                "localhost",
                false,
                "1.1",
                new InetSocketAddress(logged.client(), 0),
                Headers.empty(),
                new LoggedBody(logged.bytes()));
        ProxyCall call = ProxyCall.arrived(
                        "simulated",
                        request,
                        new ClientAddress(logged.client(), false),
                        TraceParent.started(),
                        NO_TIMERS,
                        new CallTrace(ticker),
                        "/problems/")
                .withRoute(logged.route(), ApiStyle.NATIVE);
        return logged.subject().isEmpty()
                ? call
                : call.withCaller(new Caller.Identified(
                        logged.issuer(), false, logged.subject(), Set.of(), Set.of(), Instant.MAX));
    }
}
