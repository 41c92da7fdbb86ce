package io.inferenceproxy.fault;

import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.Session;
import io.inferenceproxy.auth.SessionsFile;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** A process that writes to stores without an end, and says what they have acknowledged; somebody kills it. */
final class KilledWriter {

    private static final int LETTERS = 20;

    private KilledWriter() {}

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        SessionsFile sessions = SessionsFile.open(directory.resolve("sessions.jsonl"), Ticker.system());
        KeyIssuer keys =
                new KeyIssuer(KeysFile.open(directory.resolve("keys.jsonl"), Ticker.system()), Ticker.system());
        for (int i = Integer.parseInt(args[1]); ; i++) {
            String id = id(i);
            sessions.open(session(id), Integer.MAX_VALUE);
            System.out.println("session " + id);
            System.out.println(
                    "key " + keys.create(KeyRequest.of("user" + i)).key().id());
        }
    }

    private static Session session(String id) {
        Instant now = Ticker.system().now();
        Secret digest = Secret.of("d".repeat(43));
        return new Session(id, "alice", digest, digest, now, now.plusSeconds(3_600), now.plusSeconds(3_600));
    }

    /** A number in letters that no identifier lacks. */
    private static String id(int number) {
        StringBuilder id = new StringBuilder();
        for (int rest = number; id.length() < 22; rest /= LETTERS) {
            id.append((char) ('m' + rest % LETTERS % 13)).append((char) ('P' + rest % LETTERS / 13));
        }
        return id.substring(0, 22);
    }
}
