package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.ApiKey;
import io.inferenceproxy.auth.KeyRecord;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.StoreException;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** API keys in a database: any number, for they are read one by one. */
public final class JdbcKeyStore implements KeyStore, WatchedStore {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcKeyStore.class);

    /** Past it, uses are not noted until those that wait are written. */
    private static final int MOST_USES = 100_000;

    private static final int BATCH = 500;
    private static final Duration FLUSH = Duration.ofSeconds(1);
    private static final Duration LAST_FLUSH = Duration.ofSeconds(10);

    private final Database database;
    private final Executor workers;
    private final Ticker ticker;
    private final Revisions revisions;
    private final Map<String, Instant> uses = new ConcurrentHashMap<>();
    private final Reachability writable = new Reachability("when keys are used is written later");
    private final Reachability reachability =
            new Reachability("keys that are known go on for " + Revisions.OUTAGE.toMinutes() + " minutes");

    /**
     * @param database has our tables
     * @param workers ask it
     */
    public JdbcKeyStore(Database database, Executor workers, Ticker ticker) {
        this.database = database;
        this.workers = workers;
        this.ticker = ticker;
        this.revisions = new Revisions(database, "keys", ticker);
    }

    @Override
    public CompletionStage<Optional<ApiKey>> find(String id) {
        try {
            return CompletableFuture.supplyAsync(() -> findNow(id), workers);
        } catch (RejectedExecutionException busy) {
            return CompletableFuture.failedFuture(new StoreException("database: too many wait to ask it", busy));
        }
    }

    @Override
    public Optional<ApiKey> findNow(String id) {
        return database.transaction(sql -> read(sql, id));
    }

    private static Optional<ApiKey> read(Sql sql, String id) throws SQLException {
        return sql.first(row -> KeyRecord.parse(row.getString(1)), "select record from ipx_key where id = ?", id);
    }

    @Override
    public long revision() {
        return revisions.current();
    }

    @Override
    public boolean add(ApiKey key) {
        return change(
                "insert into ipx_key (id, record) select ?, ? where not exists (select 1 from ipx_key where id = ?)",
                key.id(),
                KeyRecord.textOf(key),
                key.id());
    }

    @Override
    public boolean replace(ApiKey seen, ApiKey next) {
        return change(
                "update ipx_key set record = ? where id = ? and record = ?",
                KeyRecord.textOf(next),
                seen.id(),
                KeyRecord.textOf(seen));
    }

    @Override
    public boolean remove(String id) {
        uses.remove(id);
        return change("delete from ipx_key where id = ?", id);
    }

    private boolean change(String statement, Object... parameters) {
        boolean changed = database.transaction(sql -> {
            boolean met = sql.change(statement, parameters) == 1;
            if (met) {
                revisions.count(sql);
            }
            return met;
        });
        if (changed) {
            revisions.changed();
        }
        return changed;
    }

    @Override
    public List<ApiKey> page(String after, int most) {
        return database.transaction(sql -> sql.rows(
                row -> KeyRecord.parse(row.getString(1)),
                "select record from ipx_key where id > ? order by id fetch first ? rows only",
                after,
                most));
    }

    @Override
    public void used(String id, Instant when) {
        if (uses.size() < MOST_USES || uses.containsKey(id)) {
            uses.merge(id, when, JdbcKeyStore::later);
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    @Override
    public Map<String, Instant> lastUses(Collection<String> ids) {
        Map<String, Instant> found = new HashMap<>();
        Set<String> wanted = Set.copyOf(ids);
        List<String> all = List.copyOf(wanted);
        for (int i = 0; i < all.size(); i += BATCH) {
            Object[] some = all.subList(i, Math.min(all.size(), i + BATCH)).toArray();
            database.transaction(sql -> sql.rows(
                    row -> found.put(row.getString(1), Instant.ofEpochMilli(row.getLong(2))),
                    "select id, last_used_millis from ipx_key where last_used_millis is not null and id in (?"
                            + ", ?".repeat(some.length - 1) + ")",
                    some));
        }
        uses.forEach((id, when) -> {
            if (wanted.contains(id)) {
                found.merge(id, when, JdbcKeyStore::later);
            }
        });
        return found;
    }

    @Override
    public synchronized boolean refresh() {
        return reachability.run(revisions::ask);
    }

    @Override
    public synchronized void flush() {
        if (!uses.isEmpty()) {
            writable.run(() -> writeUses(FLUSH));
        }
    }

    /** Each batch is a transaction of its own, in the order of the keys: proxies that write the same ones do not lock each other. */
    private void writeUses(Duration most) {
        long begun = ticker.nanoTime();
        List<Map.Entry<String, Instant>> all = new ArrayList<>(new TreeMap<>(uses).entrySet());
        for (int i = 0; i < all.size() && ticker.nanoTime() - begun < most.toNanos(); i += BATCH) {
            List<Map.Entry<String, Instant>> some = all.subList(i, Math.min(all.size(), i + BATCH));
            database.transaction(sql -> sql.batch(
                    "update ipx_key set last_used_millis = ?"
                            + " where id = ? and (last_used_millis is null or last_used_millis < ?)",
                    some,
                    use -> {
                        long millis = use.getValue().toEpochMilli();
                        return List.of(millis, use.getKey(), millis);
                    }));
            some.forEach(use -> uses.remove(use.getKey(), use.getValue()));
        }
    }

    @Override
    public synchronized void close() {
        try {
            writeUses(LAST_FLUSH);
        } catch (StoreException unreachable) {
            LOG.warn("when keys were last used is lost: {}", unreachable.getMessage());
        }
    }
}
