package io.inferenceproxy.testing;

import io.inferenceproxy.call.ApiStyle;
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
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Calls as they arrive with content, who makes them, and from where; tasks of their I/O thread run at once. */
public record ContentCall(String method, Headers headers, Body body, Caller caller, String address, String route) {

    private static final Scheduler AT_ONCE = new Scheduler() {
        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            throw new UnsupportedOperationException("no timers here");
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

    /** A POST of JSON. */
    public static ContentCall json(String content) {
        return post(content.getBytes(StandardCharsets.UTF_8));
    }

    public static ContentCall post(byte[] content) {
        return new ContentCall(
                "POST",
                Headers.of("Content-Type", "application/json"),
                Body.of(content),
                Caller.ANONYMOUS,
                "192.0.2.1",
                "inference");
    }

    /** A call without content. */
    public static ContentCall by(String issuer, String subject) {
        return post(new byte[0]).withCaller(issuer, subject);
    }

    public ContentCall withCaller(String issuer, String subject) {
        Caller known = new Caller.Identified(issuer, false, subject, Set.of(), Set.of(), Instant.MAX);
        return new ContentCall(method, headers, body, known, address, route);
    }

    public ContentCall withMethod(String method) {
        return new ContentCall(method, headers, body, caller, address, route);
    }

    public ContentCall withHeaders(String... namesAndValues) {
        return new ContentCall(method, Headers.of(namesAndValues), body, caller, address, route);
    }

    public ContentCall withBody(Body body) {
        return new ContentCall(method, headers, body, caller, address, route);
    }

    public ContentCall withAddress(String address) {
        return new ContentCall(method, headers, body, caller, address, route);
    }

    public ContentCall withRoute(String route) {
        return new ContentCall(method, headers, body, caller, address, route);
    }

    public ProxyCall call() {
        return call(AT_ONCE);
    }

    /** The call with that I/O thread. */
    public ProxyCall call(Scheduler io) {
        try {
            InetAddress peer = InetAddress.getByName(address);
            ProxyRequest request = new ProxyRequest(
                    method,
                    RequestTarget.ROOT,
                    "localhost",
                    false,
                    "1.1",
                    new InetSocketAddress(peer, 4711),
                    headers,
                    body);
            return ProxyCall.arrived(
                            "call-1",
                            request,
                            new ClientAddress(peer, false),
                            TraceParent.started(),
                            io,
                            new CallTrace(Ticker.system()),
                            "/problems/")
                    .withCaller(caller)
                    .withRoute(route, ApiStyle.NATIVE);
        } catch (UnknownHostException notLiteral) {
            throw new IllegalArgumentException(address, notLiteral);
        }
    }
}
