package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.SessionsFile;
import io.inferenceproxy.time.Ticker;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle of its writes, whichever: the stores open, and have all that they acknowledged. */
class KillTest {

    private static final int ROUNDS = 4;
    private static final int EACH = 1_000;

    @TempDir
    Path directory;

    @Test
    void nothingAcknowledgedIsLostWhenTheWriterIsKilled() throws Exception {
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(killedAfter(25 + 7 * round, round * EACH));

            SessionsFile sessions = SessionsFile.open(directory.resolve("sessions.jsonl"), Ticker.system());
            KeysFile keys = KeysFile.open(directory.resolve("keys.jsonl"), Ticker.system());

            for (String line : acknowledged) {
                String id = line.substring(line.indexOf(' ') + 1);
                boolean there = line.startsWith("key ")
                        ? keys.find(id).toCompletableFuture().join().isPresent()
                        : sessions.session(id).isPresent();
                assertThat(there).as(line).isTrue();
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    }

    /** What a writer had said when it was killed, and what was still in the pipe. */
    private List<String> killedAfter(int lines, int first) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        directory.toString(),
                        Integer.toString(first))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader out = writer.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.matches("session \\w{22}|key \\w{12}")) {
                    said.add(line);
                }
                if (said.size() == lines) {
                    writer.toHandle().destroyForcibly(); // leaves the pipe, in which more may be
                }
            }
        } finally {
            writer.destroyForcibly();
            assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        return said;
    }
}
