package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.SessionsFile;
import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.TokenAlgorithm;
import io.inferenceproxy.auth.UsersFile;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
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
            acknowledged.addAll(killedAfter(43 + 13 * round, round * EACH));

            Stores stores = new Stores();
            for (String line : acknowledged) {
                String[] words = line.split(" ", -1);
                assertThat(stores.have(words[0], words[1], words[words.length - 1]))
                        .as(line)
                        .isTrue();
            }
            stores.haveSigningKey(acknowledged);
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
                if (line.matches("[a-z-]+ [A-Za-z0-9_-]+( [A-Za-z0-9_-]{43})?")) {
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

    /** What a process finds that comes after the killed one. */
    private final class Stores {
        private final SessionsFile sessions = SessionsFile.open(directory.resolve("sessions.jsonl"), Ticker.system());
        private final KeysFile keys = KeysFile.open(directory.resolve("keys.jsonl"), Ticker.system());
        private final UsersFile users = UsersFile.open(directory.resolve("users.yaml"), Runnable::run, Ticker.system());

        Stores() throws IOException {}

        boolean have(String what, String which, String last) {
            return switch (what) {
                case "session" -> sessions.session(which).isPresent();
                case "turned" -> sessions.session(which).orElseThrow().turn().equals(KilledWriter.digest(1));
                case "ended" ->
                    sessions.session(which).isEmpty()
                            && sessions.revocations().sessions().containsKey(which);
                case "token" -> sessions.revocations().tokens().containsKey(which);
                case "revoked-user" -> sessions.revocations().users().containsKey(which);
                case "key" -> keys.findNow(which).isPresent();
                case "rotated" ->
                    keys.findNow(which).orElseThrow().secrets().get(0).digest().equals(Secret.of(last));
                case "removed" -> keys.findNow(which).isEmpty();
                case "user" -> users.user(which).isPresent();
                case "disabled" -> users.isDisabled(which);
                case "signing" -> true;
                default -> false;
            };
        }

        /** The last one signs, unless another took its place that nobody was told of; then it verifies still. */
        void haveSigningKey(List<String> acknowledged) throws IOException {
            Path file = directory.resolve("signing.json");
            SigningKeys signing = SigningKeys.of(AuthOptions.DEFAULT
                    .withAlgorithms(List.of(TokenAlgorithm.ES256))
                    .withKeyFile(file));
            String last = acknowledged.stream()
                    .filter(line -> line.startsWith("signing "))
                    .reduce((before, after) -> after)
                    .orElseThrow()
                    .substring("signing ".length());

            assertThat(signing.canSign()).isTrue();
            assertThat(Files.readString(file)).contains("\"" + last + "\"");
        }
    }
}
