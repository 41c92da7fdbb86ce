package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.Claims;
import io.inferenceproxy.http.ProxyResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class IdentityTokenFilterTest {

    private final ManualClock clock = new ManualClock();
    private final HeldWorkers workers = new HeldWorkers(3);
    private final List<String> sent = new ArrayList<>();
    private final Caller.Identified alice = new Caller.Identified(
            "https://id.example",
            true,
            "alice",
            Set.of("researcher"),
            Set.of("read"),
            clock.now().plus(Duration.ofHours(1)),
            Claims.of(Map.of("unit", List.of("lab"))));

    private final Path file;
    private final AuthOptions options;
    private final SigningKeys keys;
    private final IdentityTokenFilter filter;

    IdentityTokenFilterTest(@TempDir Path directory) throws IOException {
        file = directory.resolve("keys.json");
        new SigningKeysEditor(file, clock).generate(TokenAlgorithm.ES256);
        options = AuthOptions.DEFAULT.withKeyFile(file).withAlgorithms(List.of(TokenAlgorithm.ES256));
        keys = SigningKeys.of(options);
        filter = new IdentityTokenFilter(tokens(options, "model"), 10, workers, clock);
    }

    private IdentityTokens tokens(AuthOptions with, String audience) {
        return new IdentityTokens(
                with, SigningKeys.of(with), audience, Duration.ofMinutes(1), List.of("unit", "gone", "sub"), clock);
    }

    private IdentityTokenFilter rotating() {
        IdentityTokens tokens = new IdentityTokens(options, keys, "model", Duration.ofMinutes(1), List.of(), clock);
        return new IdentityTokenFilter(tokens, 10, workers, clock);
    }

    private CompletionStage<ProxyResponse> call(IdentityTokenFilter through, Caller caller) {
        return through.filter(AuthCalls.get().withCaller(caller), call -> {
            sent.add(call.identityToken());
            return CompletableFuture.completedFuture(ProxyResponse.empty(204));
        });
    }

    private static JsonNode part(String token, int number) {
        return AuthCalls.JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[number]));
    }

    @Test
    void aTokenSaysWhoCallsAndIsForTheUpstreamAlone() {
        call(filter, alice);
        workers.runAll();

        String token = sent.get(0);
        JsonNode claims = part(token, 1);
        assertThat(part(token, 0).path("typ").asString()).isEqualTo("JWT");
        assertThat(claims.path("iss").asString()).isEqualTo("inference-proxy");
        assertThat(claims.path("aud").asString()).isEqualTo("model");
        assertThat(claims.path("sub").asString()).isEqualTo("alice");
        assertThat(claims.path("idp").asString()).isEqualTo("https://id.example");
        assertThat(claims.path("roles").get(0).asString()).isEqualTo("researcher");
        assertThat(claims.path("scope").asString()).isEqualTo("read");
        assertThat(claims.path("unit").asString()).isEqualTo("lab");
        assertThat(claims.path("exp").asLong()).isEqualTo(clock.epochSecond() + 60);
        assertThat(new TokenVerifier(options, keys, clock).verify(token))
                .as("no good for calling the proxy")
                .isInstanceOfSatisfying(
                        TokenVerdict.Refused.class,
                        refused -> assertThat(refused.check()).isEqualTo(TokenCheck.AUDIENCE));
    }

    @Test
    void furtherCallsSignNothing() {
        call(filter, alice);
        workers.runAll();

        for (int i = 0; i < 100; i++) {
            assertThat(call(filter, alice).toCompletableFuture()).isCompleted();
        }

        assertThat(workers.waiting()).isZero();
        assertThat(sent).hasSize(101).containsOnly(sent.get(0));
    }

    @Test
    void itIsReplacedInTheBackgroundBeforeItEnds() {
        call(filter, alice);
        workers.runAll();
        clock.advance(Duration.ofSeconds(45));

        assertThat(call(filter, alice).toCompletableFuture()).isCompleted();
        assertThat(call(filter, alice).toCompletableFuture()).isCompleted();
        assertThat(workers.waiting()).isEqualTo(1);
        workers.runAll();
        call(filter, alice);

        assertThat(sent.subList(0, 3)).containsOnly(sent.get(0));
        assertThat(sent.get(3)).isNotEqualTo(sent.get(0));
    }

    @Test
    void oneThatIsNearlyOverIsNotSentAnyMore() {
        call(filter, alice);
        workers.runAll();
        clock.advance(Duration.ofSeconds(54));

        CompletionStage<ProxyResponse> answer = call(filter, alice);

        assertThat(answer.toCompletableFuture()).isNotDone();
        workers.runAll();
        assertThat(answer.toCompletableFuture()).isCompleted();
        assertThat(sent.get(1)).isNotEqualTo(sent.get(0));
    }

    @Test
    void itEndsWithTheCallersOwnCredentials() {
        Caller.Identified brief = new Caller.Identified(
                "inference-proxy", false, "bob", Set.of(), Set.of(), clock.now().plusSeconds(10));

        call(filter, brief);
        workers.runAll();

        assertThat(part(sent.get(0), 1).path("exp").asLong()).isEqualTo(clock.epochSecond() + 10);
        assertThat(part(sent.get(0), 1).has("idp")).isFalse();
    }

    @Test
    void aRotationReplacesIt() throws Exception {
        IdentityTokenFilter rotating = rotating();
        call(rotating, alice);
        workers.runAll();

        new SigningKeysEditor(file, clock).rotate(Optional.empty(), 0);
        keys.refresh();
        call(rotating, alice);
        workers.runAll();

        assertThat(part(sent.get(1), 0).path("kid"))
                .isNotEqualTo(part(sent.get(0), 0).path("kid"));
    }

    @Test
    void anonymousCallsGetNone() {
        call(filter, Caller.ANONYMOUS);

        assertThat(sent).containsExactly("");
    }

    @Test
    void withoutRoomTheCallIsToldToComeBack() {
        HeldWorkers full = new HeldWorkers(0);
        IdentityTokenFilter busy = new IdentityTokenFilter(tokens(options, "model"), 10, full, clock);

        ProxyResponse answer = AuthCalls.now(call(busy, alice));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(AuthCalls.field(answer, "Retry-After")).isEqualTo("1");
        assertThat(sent).isEmpty();
    }

    @Test
    void isRefusedWhereItWouldOpenTheProxyItself() {
        assertThatThrownBy(() -> tokens(options, "inference")).hasMessageContaining("another than auth.audience");
        assertThatThrownBy(() -> tokens(options.withAudience("none"), "model"))
                .hasMessageContaining("must not be none");
        assertThatThrownBy(() -> tokens(Forge.OPTIONS, "model")).hasMessageContaining("needs a key whose public half");
    }
}
