package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.http.ProxyResponse;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class MeHandlerTest {

    private final MeHandler handler = new MeHandler(call -> CompletableFuture.completedFuture(
            JsonNodeFactory.instance.arrayNode().add(call.id())));

    @Test
    void tellsCallersWhoTheyAre() {
        ProxyResponse answer = answer(Instant.parse("2026-06-01T13:00:00Z"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(AuthCalls.field(answer, "Cache-Control")).isEqualTo("no-store");
        assertThat(AuthCalls.text(answer))
                .isEqualTo("{\"subject\":\"alice\",\"issuer\":\"inference-proxy\",\"roles\":[\"admin\",\"researcher\"],"
                        + "\"scopes\":[\"read\"],\"expiresAt\":\"2026-06-01T13:00:00Z\",\"limits\":[\"call-1\"]}");
    }

    @Test
    void saysNullForCredentialsThatNeverEnd() {
        assertThat(AuthCalls.json(answer(Instant.MAX)).path("expiresAt").isNull())
                .isTrue();
    }

    @Test
    void tellsNobodyAnything() {
        ProxyResponse answer = AuthCalls.now(handler.handle(AuthCalls.get()));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(AuthCalls.field(answer, "WWW-Authenticate")).isEqualTo("Bearer realm=\"inference-proxy\"");
    }

    private ProxyResponse answer(Instant expiry) {
        Caller caller = new Caller.Identified(
                "inference-proxy", false, "alice", Set.of("researcher", "admin"), Set.of("read"), expiry);
        return AuthCalls.now(handler.handle(AuthCalls.get().withCaller(caller)));
    }
}
