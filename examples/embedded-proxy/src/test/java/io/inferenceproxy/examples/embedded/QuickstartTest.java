package io.inferenceproxy.examples.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenRequest;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class QuickstartTest {

    private static final String SECRET = "a secret of more than thirty-two bytes";

    @TempDir
    Path directory;

    @Test
    void itServesWhoHasATokenAndChecksWhatTheySend() throws Exception {
        Path schema = Files.writeString(directory.resolve("request.schema.json"), "{\"required\":[\"text\"]}");
        try (ScriptedUpstream service = ScriptedUpstream.start()) {
            service.on("/predict", Answer.json("{\"label\":\"greeting\"}"));
            Process application = start(service.uri("/predict").toString(), schema.toString(), "0", "0");
            try (BufferedReader says = application.inputReader()) {
                URI calls = URI.create(says.readLine().replace("calls go to ", ""));

                HttpResponse<String> answer = call(calls, "{\"text\":\"hello\"}");
                HttpResponse<String> refused = call(calls, "{}");

                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("{\"label\":\"greeting\"}");
                assertThat(answer.headers().firstValue("X-RateLimit-Remaining")).hasValue("49");
                assertThat(refused.statusCode()).isEqualTo(422);
            } finally {
                application.destroyForcibly();
            }
        }
    }

    /** As a process of its own, since it wants a variable. */
    private static Process start(String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Quickstart.class.getName());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("JWT_SECRET_KEY", SECRET);
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static HttpResponse<String> call(URI calls, String json) throws Exception {
        AuthOptions auth = AuthOptions.DEFAULT.withSecret(Secret.of(SECRET));
        String token = new TokenIssuer(auth, SigningKeys.of(auth), Ticker.system())
                .issue(TokenRequest.of("alice"))
                .text();
        HttpRequest request = HttpRequest.newBuilder(calls)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
