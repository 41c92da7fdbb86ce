package io.inferenceproxy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.ApiKey;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle of its writes: the database opens, and holds all that was acknowledged. */
class KilledWriterTest {

    @TempDir
    private Path directory;

    @Test
    @Timeout(60)
    void nothingThatWasAcknowledgedIsLost() throws Exception {
        String url = "jdbc:h2:file:" + directory.resolve("identity");
        List<String> acknowledged = new ArrayList<>();
        for (int round = 1; round <= 3; round++) {
            Process writer = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            KeyWriter.class.getName(),
                            url)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader out = writer.inputReader()) {
                for (int i = 0; i < 40; i++) {
                    acknowledged.add(out.readLine());
                }
                writer.toHandle().destroyForcibly(); // the process itself would close its output unread
                out.lines().filter(id -> id.length() == 12).forEach(acknowledged::add);
            }
            writer.waitFor();
        }

        try (Database database = Database.open(url, "", Secret.of("none"), 2)) {
            assertThat(new JdbcKeyStore(database, Runnable::run, Ticker.system())
                            .page("", 100_000).stream().map(ApiKey::id))
                    .containsAll(acknowledged);
        }
    }
}
