package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.SigningKeysEditor;
import io.inferenceproxy.auth.TokenAlgorithm;
import io.inferenceproxy.auth.TokenRequest;
import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.ReceivedRequest;
import io.inferenceproxy.upstream.IdentityOptions;
import io.inferenceproxy.upstream.IdentityTokenOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.StringNode;

/** What an upstream is told of a caller, in fields of its own choice and by a token. */
class UpstreamIdentityTest {

    @TempDir
    static Path directory;

    @RegisterExtension
    final ProxyExtension proxy = ProxyExtension.with(builder -> builder.auth(
                    auth -> auth.withAlgorithms(List.of(TokenAlgorithm.ES256)).withKeyFile(keys()))
            .upstream(upstream -> upstream.withIdentity(IdentityOptions.DEFAULT
                    .withRoles("X-Roles")
                    .withClaims(Map.of("X-Unit", "unit"))
                    .withToken(IdentityTokenOptions.of("Authorization", "model")))));

    private static Path keys() {
        try {
            Path file = Files.createTempDirectory(directory, "keys").resolve("keys.json");
            new SigningKeysEditor(file, ManualTime.create()).generate(TokenAlgorithm.ES256);
            return file;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private ReceivedRequest received(String token) throws Exception {
        RawRequest call = RawRequest.post(Wire.INFERENCE)
                .header("Authorization", "Bearer " + token)
                .header("X-Roles", "admin")
                .header("X_Unit", "admin")
                .header("Connection", "X-Roles, X-Unit, Authorization")
                .json("{}");
        assertThat(proxy.client().send(call).readResponse().status()).isEqualTo(200);
        return proxy.upstream().awaitRequest(Wire.SOON);
    }

    @Test
    void fieldsAndATokenTellWhoCalls() throws Exception {
        String token = proxy.token(
                TokenRequest.of("alice").withRoles(List.of("keeper")).withClaim("unit", StringNode.valueOf("lab")));

        ReceivedRequest received = received(token);

        assertThat(received.headers().all("X-Forwarded-User")).containsExactly("alice");
        assertThat(received.headers().all("X-Roles")).containsExactly("keeper");
        assertThat(received.headers().all("X-Unit")).containsExactly("lab");
        assertThat(received.headers().all("X_Unit")).isEmpty();
        String field = received.headers().all("Authorization").get(0);
        assertThat(received.headers().all("Authorization")).hasSize(1);
        assertThat(field).startsWith("Bearer ").doesNotContain(token);
        String claims = new String(
                Base64.getUrlDecoder().decode(field.substring(7).split("\\.", -1)[1]), StandardCharsets.UTF_8);
        assertThat(claims).contains("\"aud\":\"model\"", "\"sub\":\"alice\"");
        assertThat(proxy.client()
                        .send(RawRequest.get("/api/me").header("Authorization", field))
                        .readResponse()
                        .status())
                .as("is no good here")
                .isEqualTo(401);
    }
}
