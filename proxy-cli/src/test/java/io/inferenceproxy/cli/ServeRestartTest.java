package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.cli.demo.TriageServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node keeps over the end of {@code serve}. */
@Timeout(60)
class ServeRestartTest {

    @TempDir
    Path directory;

    @Test
    void whatCallersHaveLeftOutlivesTheProcess() throws Exception {
        try (TriageServer upstream = TriageServer.start()) {
            String url = upstream.uri().resolve("/predict").toString();
            String token = new CliFixture(directory)
                    .run("token", "--user", "alice")
                    .out()
                    .strip();

            String first = remainingAfterOneCall(url, token);
            String second = remainingAfterOneCall(url, token);

            assertThat(first).isEqualTo("6");
            assertThat(second).isEqualTo("5");
            assertThat(directory.resolve("state/inference-proxy/limits.journal"))
                    .isNotEmptyFile();
        }
    }

    private String remainingAfterOneCall(String upstream, String token) throws Exception {
        CliFixture cli = new CliFixture(directory);
        try (ServedOnce served = new ServedOnce(cli, upstream, "--limit", "7 per day")) {
            return served.call(token)
                    .headers()
                    .firstValue("X-RateLimit-Remaining")
                    .orElseThrow();
        }
    }

    @Test
    void aJournalThatCannotBeUsedIsALocalFailure() {
        CliFixture cli = new CliFixture(directory).file("limits.journal/file", "in its way");

        CliFixture.Result result = cli.run(
                "serve",
                "--once",
                "-u",
                "http://127.0.0.1:9",
                "--port",
                "0",
                "--admin-port",
                "0",
                "--set",
                "limits-journal.file=limits.journal");

        assertThat(result.code()).isEqualTo(4);
        assertThat(result.err()).contains("limits-journal.file");
    }
}
