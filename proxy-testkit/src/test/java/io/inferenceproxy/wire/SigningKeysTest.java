package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.auth.SigningKeysEditor;
import io.inferenceproxy.auth.TokenAlgorithm;
import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.units.Allowance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The keys of our own tokens, published and rotated in their file while the proxy runs. */
class SigningKeysTest {

    @TempDir
    static Path directory;

    private final Path file = fresh();

    @RegisterExtension
    final ProxyExtension proxy = ProxyExtension.with(builder -> builder.limits()
            .auth(auth -> auth.withFailureLimit(Allowance.OFF)
                    .withAlgorithms(List.of(TokenAlgorithm.ES256))
                    .withKeyFile(file)));

    private static Path fresh() {
        try {
            Path file = Files.createTempDirectory(directory, "keys").resolve("keys.json");
            editor(file).generate(TokenAlgorithm.ES256);
            return file;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static SigningKeysEditor editor(Path file) {
        return new SigningKeysEditor(file, ManualTime.create());
    }

    private RawResponse get(String path, String... fields) throws IOException {
        RawRequest request = RawRequest.get(path);
        for (int i = 0; i < fields.length; i += 2) {
            request = request.header(fields[i], fields[i + 1]);
        }
        return proxy.client().send(request).readResponse();
    }

    private int status(String token) throws IOException {
        return get("/api/me", "Authorization", "Bearer " + token).status();
    }

    @Test
    void thePublicHalvesArePublished() throws Exception {
        RawResponse keys = get("/.well-known/jwks.json");

        assertThat(keys.status()).isEqualTo(200);
        assertThat(keys.header("Content-Type")).contains("application/jwk-set+json");
        assertThat(keys.header("Cache-Control")).contains("public, max-age=300");
        assertThat(keys.text()).contains("\"alg\":\"ES256\"", "\"use\":\"sig\"").doesNotContain("\"d\"");
        assertThat(get("/openapi.json").text()).contains("/.well-known/jwks.json");
    }

    @Test
    void aRotationIsSeenWithoutARestartAndEndsWhatItLeavesNoKeyFor() throws Exception {
        String old = proxy.token("alice");
        assertThat(status(old)).isEqualTo(200);
        String before = get("/.well-known/jwks.json").text();

        editor(file).rotate(Optional.empty(), 0);

        await().atMost(Wire.SOON).until(() -> status(old) == 401);
        assertThat(get("/.well-known/jwks.json").text()).isNotEqualTo(before);
        assertThat(status(proxy.token("alice"))).isEqualTo(200);
    }

    @Test
    void aSecretIsNeverPublished() throws Exception {
        editor(file).generate(TokenAlgorithm.HS256);

        assertThat(get("/.well-known/jwks.json").text()).doesNotContain("oct", "\"k\"");
    }
}
