package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.auth.IssuedKey;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Programs get tokens on the real proxy with their API keys, and only where keys are kept. */
class OAuthTokenTest {

    @TempDir
    static Path directory;

    @RegisterExtension
    final ProxyExtension proxy =
            ProxyExtension.with(builder -> builder.auth(auth -> auth.withKeysFile(directory.resolve("keys.jsonl"))));

    @RegisterExtension
    final ProxyExtension without = ProxyExtension.create();

    private static RawRequest asking(String form) {
        return RawRequest.post("/oauth2/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(form);
    }

    private IssuedKey issued() throws Exception {
        try (KeysFile keys = KeysFile.open(directory.resolve("keys.jsonl"), proxy.time())) {
            return new KeyIssuer(keys, proxy.time())
                    .create(KeyRequest.of("nightly").withScopes(Set.of("read")));
        }
    }

    @Test
    void aProgramGetsATokenWithItsKeyAndCallsWithIt() throws Exception {
        IssuedKey key = issued();
        RawRequest asking = asking("grant_type=client_credentials&client_id="
                + key.key().id() + "&client_secret=" + key.text().reveal());
        await().atMost(Wire.SOON).until(() -> {
            proxy.time().advance(Duration.ofSeconds(1));
            return proxy.client().send(asking).readResponse().status() == 200;
        });
        RawResponse granted = proxy.client().send(asking).readResponse();
        assertThat(granted.header("Cache-Control")).contains("no-store");
        String token = granted.text().replaceFirst(".*\"access_token\":\"([^\"]+)\".*", "$1");

        RawResponse me = proxy.client()
                .send(RawRequest.get("/api/me").header("Authorization", "Bearer " + token))
                .readResponse();

        assertThat(me.text()).contains("\"subject\":\"nightly\"", "\"scopes\":[\"read\"]");
    }

    @Test
    void aWrongSecretIsRefusedAsTheStandardSays() throws Exception {
        RawResponse refused = proxy.client()
                .send(asking("grant_type=client_credentials&client_id=job&client_secret=s3cret"))
                .readResponse();

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("Content-Type")).contains("application/json");
        assertThat(refused.text()).contains("\"error\":\"invalid_client\"").doesNotContain("s3cret");
        assertThat(proxy.client()
                        .send(RawRequest.get("/openapi.json"))
                        .readResponse()
                        .text())
                .contains("/oauth2/token");
    }

    @Test
    void withoutKeysThereIsNoSuchPath() throws Exception {
        assertThat(without.client()
                        .send(asking("grant_type=client_credentials"))
                        .readResponse()
                        .status())
                .isEqualTo(404);
    }
}
