package io.inferenceproxy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.auth.ApiKey;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.auth.StoreException;
import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that cannot be reached: what is known goes on for a while, and nobody new is let in. */
class OutageTest {

    @TempDir
    private Path directory;

    private final ManualTime time = ManualTime.create();
    private JdbcKeyStore store;
    private ApiKey key;

    @BeforeEach
    void loseTheDatabase() {
        Database database = Database.open("jdbc:h2:file:" + directory.resolve("identity"), "", Secret.of("none"), 2);
        store = new JdbcKeyStore(database, Runnable::run, time);
        key = new KeyIssuer(store, time).create(KeyRequest.of("alice")).key();
        database.close();
    }

    @Test
    void nothingIsFoundAndNothingIsTakenForAbsent() {
        assertThat(store.find(key.id()).toCompletableFuture())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.remove(key.id())).isInstanceOf(StoreException.class);
    }

    @Test
    void whatIsKnownGoesOnUntilItsBoundAndNoLonger() {
        long known = store.revision();

        time.advance(Revisions.OUTAGE.minusSeconds(1));
        store.refresh();
        long before = store.revision();
        time.advance(Duration.ofSeconds(1));
        store.refresh();

        assertThat(before).isEqualTo(known);
        assertThat(store.revision()).isNotEqualTo(known);
    }

    @Test
    void whatIsKnownGoesOnNoLongerThoughTheDatabaseHangsAndNobodyComesBackFromIt() {
        long known = store.revision();

        time.advance(Revisions.OUTAGE);

        assertThat(store.revision()).isNotEqualTo(known);
        assertThat(store.revision()).as("nothing is remembered").isNotEqualTo(store.revision());
    }

    @Test
    void aStatementThatTakesForEverIsGivenUp() {
        try (Database slow = Database.open("jdbc:h2:mem:slow", "", Secret.of("none"), 2, Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> slow.transaction(sql ->
                            sql.rows(row -> row.getLong(1), "select sum(x) from system_range(1, 1000000000000)")))
                    .isInstanceOf(StoreException.class);
        }
    }

    @Test
    void usesAreKeptForLaterAndTheEndIsNoFailure() {
        store.used(key.id(), time.now());

        store.flush();
        store.close();
    }

    @Test
    void aDatabaseThatIsNotThereIsSaidWithoutItsPassword() {
        assertThatThrownBy(() -> Database.open(
                        "jdbc:postgresql://127.0.0.1:1/x?password=hunter2", "alice", Secret.of("hunter2"), 2))
                .isInstanceOf(StoreException.class)
                .hasMessage("database: cannot be reached, ConnectException");
    }
}
