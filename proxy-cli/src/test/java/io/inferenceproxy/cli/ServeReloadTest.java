package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.cli.demo.TriageServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of a running {@code serve} is read anew. */
@Timeout(60)
class ServeReloadTest {

    @TempDir
    Path directory;

    private static String file(String windows, String more) {
        return "limits:\n  per-user: { windows: [\"" + windows + "\"] }\n" + more;
    }

    private String token() {
        return new CliFixture(directory).run("token", "--user", "alice").out().strip();
    }

    private static String remaining(ServedOnce served, String token) throws Exception {
        return served.call(token).headers().firstValue("X-RateLimit-Remaining").orElseThrow();
    }

    private static HttpResponse<String> reload(ServedOnce served) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(served.adminUri().resolve("/reload"))
                                .header("X-Requested-With", "test")
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());
    }

    @Test
    void anOperatorIsToldWhatHoldsAndWhatNeedsARestart() throws Exception {
        CliFixture cli = new CliFixture(directory).file("inference-proxy.yaml", file("7 per day", ""));
        String token = token();
        try (TriageServer upstream = TriageServer.start();
                ServedOnce served = new ServedOnce(cli, url(upstream))) {
            String before = remaining(served, token);
            HttpResponse<String> unchanged = reload(served);
            cli.file("inference-proxy.yaml", file("9 per day", "auth: { token-ttl: 2h }\n"));
            HttpResponse<String> changed = reload(served);

            assertThat(before).isEqualTo("6");
            assertThat(unchanged.body()).isEqualTo("{\"changed\":[],\"forgotten\":[],\"needsRestart\":[]}\n");
            assertThat(changed.statusCode()).isEqualTo(200);
            assertThat(changed.body())
                    .contains("\"changed\":[\"limits.per-user.windows\"]", "\"needsRestart\":[\"auth.token-ttl\"]");
            assertThat(remaining(served, token)).isEqualTo("7");
        }
    }

    @Test
    void aMistakeIsNamedWithItsPlaceAndChangesNothing() throws Exception {
        CliFixture cli = new CliFixture(directory).file("inference-proxy.yaml", file("7 per day", ""));
        String token = token();
        try (TriageServer upstream = TriageServer.start();
                ServedOnce served = new ServedOnce(cli, url(upstream))) {
            cli.file("inference-proxy.yaml", file("9 per fortnight", "limts: {}\n"));
            HttpResponse<String> answer = reload(served);

            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(answer.body())
                    .contains("inference-proxy.yaml:2:", "9 per fortnight", "inference-proxy.yaml:3:1");
            assertThat(remaining(served, token)).isEqualTo("6");
            assertThat(served.out()).contains("configuration not reloaded");
        }
    }

    @Test
    void aFileThatChangesIsReadAnewByItself() throws Exception {
        CliFixture cli = new CliFixture(directory).file("inference-proxy.yaml", file("7 per day", ""));
        String token = token();
        try (TriageServer upstream = TriageServer.start();
                ServedOnce served = new ServedOnce(cli, url(upstream), "--watch")) {
            String before = remaining(served, token);
            Path next = Files.writeString(directory.resolve("next.yaml"), file("20 per day", ""));
            Files.move(
                    next,
                    directory.resolve("inference-proxy.yaml"),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
            await().until(() -> served.out().contains("configuration reloaded"));

            assertThat(before).isEqualTo("6");
            assertThat(remaining(served, token)).isEqualTo("18");
        }
    }

    @Test
    void whatFlagsSayGoesOnToHold() throws Exception {
        CliFixture cli = new CliFixture(directory).file("inference-proxy.yaml", file("7 per day", ""));
        String token = token();
        try (TriageServer upstream = TriageServer.start();
                ServedOnce served = new ServedOnce(cli, url(upstream), "--limit", "5 per day")) {
            cli.file("inference-proxy.yaml", file("9 per day", ""));
            reload(served);

            assertThat(remaining(served, token)).isEqualTo("4");
        }
    }

    private static String url(TriageServer upstream) {
        return upstream.uri().resolve("/predict").toString();
    }
}
