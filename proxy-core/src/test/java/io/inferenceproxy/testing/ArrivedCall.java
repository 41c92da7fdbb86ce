package io.inferenceproxy.testing;

import io.inferenceproxy.call.CallTrace;
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

/** A call that no socket brought, and the time in which it runs. */
public final class ArrivedCall implements Ticker, Scheduler {

    /** When each call arrives. */
    public static final Instant ARRIVAL = Instant.parse("2026-01-02T03:04:05Z");

    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private long nanos;

    /** A call with an unchecked method and path, as a server that checks nothing would make it. */
    public ProxyCall of(String id, String method, String path, String... headers) {
        InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
        return ProxyCall.arrived(
                id,
                new ProxyRequest(
                        method,
                        new RequestTarget(path, "?token=in-the-query"),
                        "api.test",
                        false,
                        "1.1",
                        peer,
                        Headers.of(headers),
                        Body.empty()),
                new ClientAddress(peer.getAddress(), false),
                TraceParent.carriedOn(TRACE),
                this,
                new CallTrace(this),
                "/problems/");
    }

    /** Lets time pass. */
    public void advance(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Instant now() {
        return ARRIVAL.plusNanos(nanos);
    }

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
