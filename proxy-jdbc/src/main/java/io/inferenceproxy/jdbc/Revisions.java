package io.inferenceproxy.jdbc;

import io.inferenceproxy.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells that something of one kind was changed, by whomever. What was found while the number was another may be old.
 *
 * <p>While the database cannot be asked the number stays, for {@link #OUTAGE}; from then on it is another one each time, so that
 * nothing that was found before is believed any more.
 */
final class Revisions {

    /** For how long what is remembered goes on holding while the database cannot be reached. */
    static final Duration OUTAGE = Duration.ofMinutes(5);

    private final Database database;
    private final String name;
    private final Ticker ticker;
    private final AtomicLong here = new AtomicLong();
    private volatile long there;
    private volatile long askedNanos;

    Revisions(Database database, String name, Ticker ticker) {
        this.database = database;
        this.name = name;
        this.ticker = ticker;
        ask();
    }

    /** The number. Judged by the clock: a database that hangs does not even fail. */
    long current() {
        return ticker.nanoTime() - askedNanos < OUTAGE.toNanos() ? here.get() : here.incrementAndGet();
    }

    /** Asks the database whether anything was changed. */
    void ask() {
        long found = database.transaction(
                sql -> sql.first(row -> row.getLong(1), "select revision from ipx_revision where name = ?", name)
                        .orElse(0L));
        if (found != there) {
            there = found;
            here.incrementAndGet();
        }
        askedNanos = ticker.nanoTime();
    }

    /** Part of a transaction that changes something. */
    void count(Sql sql) throws SQLException {
        sql.change("update ipx_revision set revision = revision + 1 where name = ?", name);
    }

    /** Such a transaction was committed. */
    void changed() {
        here.incrementAndGet();
    }
}
