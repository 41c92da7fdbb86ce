package io.inferenceproxy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.ApiKey;
import io.inferenceproxy.auth.IssuedKey;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.auth.StoreException;
import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Not one worker is free: who is on one already must not wait for another. */
class BusyWorkersTest {

    @TempDir
    private Path directory;

    private final ManualTime time = ManualTime.create();
    private Database database;
    private JdbcKeyStore store;
    private ApiKey key;

    @BeforeEach
    void open() {
        database = Database.open("jdbc:h2:file:" + directory.resolve("identity"), "", Secret.of("none"), 2);
        store = new JdbcKeyStore(
                database,
                task -> {
                    throw new RejectedExecutionException("busy");
                },
                time);
        key = new KeyIssuer(store, time).create(KeyRequest.of("alice")).key();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aWorkerFindsAKeyByItself() {
        Optional<ApiKey> found = store.findNow(key.id());

        assertThat(found).contains(key);
    }

    @Test
    void aWorkerRotatesAKeyByItself() {
        Optional<IssuedKey> rotated = new KeyIssuer(store, time).rotate(key.id(), Duration.ZERO);

        assertThat(rotated).isPresent();
    }

    @Test
    void whoIsOnNoWorkerIsToldThatTheStoreCannotBeAsked() {
        assertThat(store.find(key.id()).toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(StoreException.class);
    }
}
