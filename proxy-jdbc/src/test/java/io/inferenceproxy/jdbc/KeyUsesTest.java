package io.inferenceproxy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.ManualTime;
import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When keys were used is written apart from looking for changes, and in more than one transaction. */
class KeyUsesTest {

    private static final int KEYS = 1_100;

    @TempDir
    private Path directory;

    private final ManualTime time = ManualTime.create();
    private final Map<String, Instant> used = new HashMap<>();
    private Database database;
    private JdbcKeyStore store;

    @BeforeEach
    void useKeys() {
        database = Database.open("jdbc:h2:file:" + directory.resolve("identity"), "", Secret.of("none"), 2);
        store = new JdbcKeyStore(database, Runnable::run, time);
        database.transaction(sql -> {
            for (int i = 0; i < KEYS; i++) {
                used.put("key" + i, Instant.ofEpochSecond(i));
            }
            return sql.batch(
                    "insert into ipx_key (id, record) values (?, ?)",
                    List.copyOf(used.keySet()),
                    id -> List.of(id, "{}"));
        });
        used.forEach(store::used);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void lookingForChangesDoesNotWaitForThem() {
        store.refresh();

        assertThat(written()).isEmpty();
    }

    @Test
    void allOfThemAreWrittenAndTold() {
        store.flush();

        assertThat(written()).isEqualTo(used);
        assertThat(new JdbcKeyStore(database, Runnable::run, time).lastUses(used.keySet()))
                .isEqualTo(used);
    }

    private Map<String, Instant> written() {
        Map<String, Instant> found = new TreeMap<>();
        database.transaction(sql -> sql.rows(
                row -> found.put(row.getString(1), Instant.ofEpochMilli(row.getLong(2))),
                "select id, last_used_millis from ipx_key where last_used_millis is not null"));
        return found;
    }
}
