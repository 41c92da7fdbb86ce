package io.inferenceproxy.fault;

import io.inferenceproxy.auth.IssuedKey;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.Session;
import io.inferenceproxy.auth.SessionsFile;
import io.inferenceproxy.auth.SigningKeysEditor;
import io.inferenceproxy.auth.TokenAlgorithm;
import io.inferenceproxy.auth.User;
import io.inferenceproxy.auth.UsersFile;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A process that writes to stores without an end, and says what they have acknowledged; somebody kills it. */
final class KilledWriter {

    /** How many keys that have signed go on verifying. */
    static final int KEPT = 2;

    private static final int LETTERS = 20;
    private static final Secret HASH = Secret.of(
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g");

    private final SessionsFile sessions;
    private final KeysFile keys;
    private final UsersFile users;
    private final KeyIssuer issuer;
    private final SigningKeysEditor signing;

    private KilledWriter(Path directory) throws IOException {
        sessions = SessionsFile.open(directory.resolve("sessions.jsonl"), Ticker.system());
        keys = KeysFile.open(directory.resolve("keys.jsonl"), Ticker.system());
        users = UsersFile.openOrEmpty(directory.resolve("users.yaml"), Runnable::run, Ticker.system());
        issuer = new KeyIssuer(keys, Ticker.system());
        signing = new SigningKeysEditor(directory.resolve("signing.json"), Ticker.system());
    }

    public static void main(String[] args) throws IOException {
        KilledWriter writer = new KilledWriter(Path.of(args[0]));
        writer.signing.generate(TokenAlgorithm.ES256);
        for (int i = Integer.parseInt(args[1]); ; i++) {
            writer.session(id(i));
            writer.key("user" + i);
            writer.user("user" + i);
            said("signing", writer.signing.rotate(Optional.empty(), KEPT));
        }
    }

    private void session(String id) {
        Instant now = Ticker.system().now();
        Session first = new Session(id, "alice", digest(0), digest(0), now, later(now), later(now));
        sessions.open(first, Integer.MAX_VALUE);
        said("session", id);
        if (sessions.turn(first, first.turned(digest(1), later(now), later(now)))) {
            said("turned", id);
        }
        String ended = id.substring(0, id.length() - 1) + 'x';
        sessions.open(
                new Session(ended, "alice", digest(0), digest(0), now, later(now), later(now)), Integer.MAX_VALUE);
        sessions.end(ended, later(now));
        said("ended", ended);
        sessions.revokeToken("token-" + id, later(now));
        said("token", "token-" + id);
        sessions.revokeUser("user-" + id, now);
        said("revoked-user", "user-" + id);
    }

    private void key(String user) {
        IssuedKey first = issuer.create(KeyRequest.of(user));
        said("key", first.key().id());
        IssuedKey second = issuer.rotate(first.key().id(), Duration.ZERO).orElseThrow();
        said(
                "rotated",
                first.key().id() + " " + second.key().secrets().get(0).digest().reveal());
        String gone = issuer.create(KeyRequest.of(user)).key().id();
        keys.remove(gone);
        said("removed", gone);
    }

    private void user(String name) {
        User user = new User(name, HASH, Set.of(), true);
        users.add(user);
        said("user", name);
        users.change(user, Optional.of(user.withEnabled(false)));
        said("disabled", name);
    }

    private static void said(String what, String which) {
        System.out.println(what + " " + which);
    }

    static Secret digest(int turn) {
        return Secret.of((turn == 0 ? "d" : "t").repeat(43));
    }

    private static Instant later(Instant now) {
        return now.plusSeconds(3_600);
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
