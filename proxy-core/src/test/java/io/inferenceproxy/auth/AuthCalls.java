package io.inferenceproxy.auth;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ClientAddress;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.call.TraceParent;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.time.Scheduler;
import io.inferenceproxy.time.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls that no socket brought, and their answers read. */
final class AuthCalls {

    static final JsonMapper JSON = JsonMapper.builder().build();

    /** An I/O thread that is always the current one. */
    static final Scheduler INLINE = new Scheduler() {
        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            throw new UnsupportedOperationException("nothing here waits");
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

    private AuthCalls() {}

    static ProxyCall get(String... fields) {
        return call("GET", "/api/inference", "192.0.2.1", INLINE, Body.empty(), fields);
    }

    static ProxyCall bearing(String token) {
        return get("Authorization", "Bearer " + token);
    }

    /** A change over the admin API, whatever the version. */
    static ProxyCall change(String method, String target, String json) {
        Body content = Body.of(json.getBytes(StandardCharsets.UTF_8));
        return call(method, target, "192.0.2.1", INLINE, content, "Content-Type", "application/json", "If-Match", "*");
    }

    static ProxyCall login(String body) {
        return loginFrom("192.0.2.1", body);
    }

    static ProxyCall loginFrom(String peer, String body) {
        Body content = Body.of(body.getBytes(StandardCharsets.UTF_8));
        return call("POST", "/api/login", peer, INLINE, content, "Content-Type", "application/json");
    }

    static ProxyCall call(String method, String target, String peer, Scheduler io, Body body, String... fields) {
        try {
            InetAddress address = InetAddress.getByName(peer);
            ProxyRequest request = new ProxyRequest(
                    method,
                    RequestTarget.parse(target),
                    "proxy.test",
                    false,
                    "1.1",
                    new InetSocketAddress(address, 4000),
                    Headers.of(fields),
                    body);
            return ProxyCall.arrived(
                    "call-1",
                    request,
                    new ClientAddress(address, false),
                    TraceParent.started(),
                    io,
                    new CallTrace(Ticker.system()),
                    "/problems/");
        } catch (UnknownHostException | RequestTarget.Malformed impossible) {
            throw new IllegalArgumentException(target, impossible);
        }
    }

    static <T> T now(CompletionStage<T> stage) {
        if (!stage.toCompletableFuture().isDone()) {
            throw new AssertionError("not done yet");
        }
        return stage.toCompletableFuture().join();
    }

    static String text(ProxyResponse response) {
        return new String(now(BodyCollector.collect(response.body(), 1 << 20)), StandardCharsets.UTF_8);
    }

    static JsonNode json(ProxyResponse response) {
        return JSON.readTree(text(response));
    }

    static String field(ProxyResponse response, String name) {
        return response.headers().first(name).orElse("");
    }

    /** Status, fields and body as one text, to compare whole answers. */
    static String whole(ProxyResponse response) {
        StringBuilder whole = new StringBuilder().append(response.status()).append('\n');
        response.headers()
                .forEach((name, value) ->
                        whole.append(name).append(": ").append(value).append('\n'));
        return whole.append(response.closing())
                .append('\n')
                .append(text(response))
                .toString();
    }
}
