package io.inferenceproxy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.auth.Session;
import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session that ends while it turns: it is revoked for as long as the tokens of the turn are good. */
class SessionEndTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private final ManualTime time = ManualTime.create();
    private final ExecutorService other = Executors.newSingleThreadExecutor();
    private Database database;
    private JdbcSessionStore store;
    private Session session;

    @BeforeEach
    void open() {
        database = Database.open("jdbc:h2:file:" + directory.resolve("identity"), "", Secret.of("none"), 4);
        store = new JdbcSessionStore(database, time);
        session = new Session(
                "s".repeat(22),
                "alice",
                Secret.of("r".repeat(43)),
                Secret.of("t".repeat(43)),
                time.now(),
                time.now().plusSeconds(3_600),
                time.now().plusSeconds(600));
        store.open(session, 9);
    }

    @AfterEach
    void close() {
        other.shutdown();
        database.close();
    }

    @Test
    void itIsRevokedForAsLongAsTheTokensOfATurnThatIsCommittedMeanwhile() {
        long later = Nanos.of(session.tokensEnd().plusSeconds(300));

        CompletableFuture<Void> ending = database.transaction(sql -> {
            sql.change("update ipx_session set tokens_end = ? where id = ?", later, session.id());
            CompletableFuture<Void> begun =
                    CompletableFuture.runAsync(() -> store.end(session.id(), time.now()), other);
            await().atMost(SOON).until(this::someoneWaits);
            return begun;
        });

        assertThat(ending).succeedsWithin(SOON);
        assertThat(store.session(session.id())).isEmpty();
        assertThat(store.revocations().sessions()).containsEntry(session.id(), Nanos.time(later));
    }

    @Test
    void theSessionsOfARevokedUserEndByThemselvesToo() {
        store.revokeUser("alice", time.now());

        assertThat(store.session(session.id())).isEmpty();
        assertThat(store.revocations().sessions()).containsEntry(session.id(), session.tokensEnd());
    }

    private boolean someoneWaits() {
        return database.transaction(sql -> !sql.rows(
                        row -> row.getLong(1),
                        "select session_id from information_schema.sessions where blocker_id is not null")
                .isEmpty());
    }
}
