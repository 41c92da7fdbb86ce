package io.inferenceproxy.bench;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ClientAddress;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.call.TraceParent;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.time.Scheduler;
import io.inferenceproxy.time.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Calls without a connection, for what is measured in its own process. */
public final class Calls {

    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);

    /** Runs what it is given at once. */
    public static final Scheduler IO = new SameThread();

    private Calls() {}

    /** A POST with these fields and this content, of nobody yet. */
    public static ProxyCall post(Headers headers, byte[] content) {
        ProxyRequest request = new ProxyRequest(
                "POST",
                new RequestTarget("/api/inference", ""),
                "127.0.0.1:8080",
                false,
                "1.1",
                PEER,
                headers,
                Body.of(content));
        return ProxyCall.arrived(
                "0123456789abcdef0123456789abcdef",
                request,
                new ClientAddress(PEER.getAddress(), false),
                TraceParent.started(),
                IO,
                new CallTrace(Ticker.system()),
                "/problems/");
    }

    /** A user of our own tokens. */
    public static Caller.Identified user(String name) {
        return new Caller.Identified("inference-proxy", false, name, Set.of(), Set.of(), Instant.MAX);
    }

    private static final class SameThread implements Scheduler {

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            return () -> {};
        }

        @Override
        public boolean isCurrentThread() {
            return true;
        }
    }
}
