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
public record ArrivedCall(String method, Headers headers, Body body, Caller caller, String address, String route) {

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
    public static ArrivedCall json(String content) {
        return post(content.getBytes(StandardCharsets.UTF_8));
    }

    public static ArrivedCall post(byte[] content) {
        return new ArrivedCall(
                "POST",
                Headers.of("Content-Type", "application/json"),
                Body.of(content),
                Caller.ANONYMOUS,
                "192.0.2.1",
                "inference");
    }

    /** A call without content. */
    public static ArrivedCall by(String issuer, String subject) {
        return post(new byte[0]).withCaller(issuer, subject);
    }

    public ArrivedCall withCaller(String issuer, String subject) {
        Caller known = new Caller.Identified(issuer, false, subject, Set.of(), Set.of(), Instant.MAX);
        return new ArrivedCall(method, headers, body, known, address, route);
    }

    public ArrivedCall withMethod(String method) {
        return new ArrivedCall(method, headers, body, caller, address, route);
    }

    public ArrivedCall withHeaders(String... namesAndValues) {
        return new ArrivedCall(method, Headers.of(namesAndValues), body, caller, address, route);
    }

    public ArrivedCall withBody(Body body) {
        return new ArrivedCall(method, headers, body, caller, address, route);
    }

    public ArrivedCall withAddress(String address) {
        return new ArrivedCall(method, headers, body, caller, address, route);
    }

    public ArrivedCall withRoute(String route) {
        return new ArrivedCall(method, headers, body, caller, address, route);
    }

    public ProxyCall call() {
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
                            AT_ONCE,
                            new CallTrace(Ticker.system()),
                            "/problems/")
                    .withCaller(caller)
                    .withRoute(route, ApiStyle.NATIVE);
        } catch (UnknownHostException notLiteral) {
            throw new IllegalArgumentException(address, notLiteral);
        }
    }
}
