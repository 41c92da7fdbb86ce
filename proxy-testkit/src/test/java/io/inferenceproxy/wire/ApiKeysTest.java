package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.auth.IssuedKey;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ReceivedRequest;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Allowance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** API keys on the wire, made and revoked by another process while the proxy runs. */
class ApiKeysTest {

    @TempDir
    static Path directory;

    @RegisterExtension
    static final ProxyExtension proxy = ProxyExtension.with(builder -> builder.limits("1000 per hour")
            .auth(auth -> auth.withKeysFile(file()).withFailureLimit(Allowance.OFF))
            .route("inference", RouteOptions.of(RouteMatch.parse("POST /api/inference/**")))
            .route("vault", RouteOptions.of(RouteMatch.parse("GET /vault"))));

    @Test
    void aKeyThatAnotherProcessMakesIsTakenAndOneThatItRevokesIsNot() throws Exception {
        IssuedKey issued = create(KeyRequest.of("alice"));
        awaitStatus(200, issued);

        elsewhere().remove(issued.key().id());

        awaitStatus(401, issued);
    }

    @Test
    void aKeyGoesUpstreamAsItsUserAloneAndIsLimitedLikeThem() throws Exception {
        IssuedKey issued = create(KeyRequest.of("carol"));
        awaitStatus(200, issued);

        RawResponse response = proxy.client()
                .send(RawRequest.post(Wire.INFERENCE)
                        .header("X-API-Key", text(issued))
                        .json("{}"))
                .readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("RateLimit").orElse("")).contains("r=999;");
        ReceivedRequest received = proxy.upstream().awaitRequest(Wire.SOON);
        assertThat(received.header("X-Forwarded-User")).contains("carol");
        assertThat(received.toString()).doesNotContain(text(issued));
    }

    @Test
    void aKeyForOneRouteIsNotPermittedOnAnother() throws Exception {
        IssuedKey issued = create(KeyRequest.of("dora").withRoutes(Set.of("inference")));
        awaitStatus(200, issued);

        RawResponse response = proxy.client()
                .send(RawRequest.get("/vault").header("X-API-Key", text(issued)))
                .readResponse();

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.text()).contains("\"code\":\"not-permitted\"");
        assertThat(response.headers().first("WWW-Authenticate").orElse("")).contains("insufficient_scope");
        Wire.assertProblem(response);
    }

    @Test
    void allBadKeysGetTheSameAnswer() throws Exception {
        IssuedKey good = create(KeyRequest.of("erin"));
        IssuedKey disabled = create(KeyRequest.of("erin"));
        elsewhere().replace(disabled.key(), disabled.key().withEnabled(false));
        awaitStatus(200, good);
        awaitStatus(401, disabled);
        String id = good.key().id();

        String wrong = answer(text(good).substring(0, 60) + "1");
        assertThat(answer("ipx_" + id + "_short")).isEqualTo(wrong);
        assertThat(answer(text(good).replace(id, "123456789abc"))).isEqualTo(wrong);
        assertThat(answer(text(disabled))).isEqualTo(wrong);
        assertThat(answer("something else")).isEqualTo(wrong);
    }

    /** The whole answer, but for what names the call. */
    private static String answer(String key) throws IOException {
        RawResponse response = proxy.client()
                .send(RawRequest.get("/api/me").header("X-API-Key", key).header("X-Request-Id", "same"))
                .readResponse();
        assertThat(response.status()).isEqualTo(401);
        return response.headers().first("WWW-Authenticate").orElse("") + response.text();
    }

    private static void awaitStatus(int status, IssuedKey issued) {
        await().atMost(Duration.ofSeconds(WatchedStore.BOUND_SECONDS)).untilAsserted(() -> {
            try (RawClient client = RawClient.connect(proxy.uri())) {
                assertThat(client.send(RawRequest.get("/api/me").header("Authorization", "Bearer " + text(issued)))
                                .readResponse()
                                .status())
                        .isEqualTo(status);
            }
        });
    }

    private static IssuedKey create(KeyRequest request) throws IOException {
        return new KeyIssuer(elsewhere(), Ticker.system()).create(request);
    }

    /** The keys as another process has them. */
    private static KeyStore elsewhere() throws IOException {
        return KeysFile.open(file(), Ticker.system());
    }

    private static Path file() {
        return directory.resolve("keys.jsonl");
    }

    private static String text(IssuedKey issued) {
        return issued.text().reveal();
    }
}
