package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.Revocations;
import io.inferenceproxy.auth.Session;
import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions and revocations in a database. Sessions are read one by one; what was revoked is in memory too, since each call asks
 * for it. Who changes revocations holds the row of their revision until the end of the transaction, so there is one at a time.
 *
 * <p>While the database cannot be reached nobody signs in or refreshes, and what was revoked before goes on holding.
 */
public final class JdbcSessionStore implements SessionStore, WatchedStore {

    private static final long TIDY_EVERY_NANOS = Duration.ofMinutes(10).toNanos();

    /** Clocks of replicas differ by less. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    private final Database database;
    private final Ticker ticker;
    private final Revisions revisions;
    private volatile Revocations revocations = Revocations.NONE;
    private long loaded = Long.MIN_VALUE;
    private long tidiedNanos;
    private final Reachability reachability =
            new Reachability("nobody can log in, and what was revoked before stays so");

    /**
     * Sessions in this database.
     *
     * @param database has our tables
     */
    public JdbcSessionStore(Database database, Ticker ticker) {
        this.database = database;
        this.ticker = ticker;
        this.tidiedNanos = ticker.nanoTime();
        this.revisions = new Revisions(database, "sessions", ticker);
        load();
    }

    @Override
    public Revocations revocations() {
        return revocations;
    }

    @Override
    public void open(Session session, int perUser) {
        boolean evicted = database.transaction(sql -> {
            sql.change(
                    "insert into ipx_session (id, user_name, root, turn, created, expiry, tokens_end)"
                            + " values (?, ?, ?, ?, ?, ?, ?)",
                    session.id(),
                    session.user(),
                    session.root().reveal(),
                    session.turn().reveal(),
                    Nanos.of(session.created()),
                    Nanos.of(session.expiry()),
                    Nanos.of(session.tokensEnd()));
            List<String> tooMany = sql.rows(
                    row -> row.getString(1),
                    "select id from ipx_session where user_name = ? order by created desc, id"
                            + " offset ? rows fetch first 1000 rows only",
                    session.user(),
                    perUser);
            if (!tooMany.isEmpty()) {
                revisions.count(sql);
                for (String old : tooMany) {
                    end(sql, old, session.created());
                }
            }
            return !tooMany.isEmpty();
        });
        if (evicted) {
            changed();
        }
    }

    @Override
    public Optional<Session> session(String id) {
        return database.transaction(sql -> read(sql, id));
    }

    private static Optional<Session> read(Sql sql, String id) throws SQLException {
        return sql.first(
                JdbcSessionStore::session,
                "select id, user_name, root, turn, created, expiry, tokens_end from ipx_session where id = ?",
                id);
    }

    private static Session session(ResultSet row) throws SQLException {
        return new Session(
                row.getString(1),
                row.getString(2),
                Secret.of(row.getString(3)),
                Secret.of(row.getString(4)),
                Nanos.time(row.getLong(5)),
                Nanos.time(row.getLong(6)),
                Nanos.time(row.getLong(7)));
    }

    @Override
    public boolean turn(Session seen, Session next) {
        return database.transaction(sql -> sql.change(
                        "update ipx_session set turn = ?, expiry = ?, tokens_end = ?"
                                + " where id = ? and root = ? and turn = ?",
                        next.turn().reveal(),
                        Nanos.of(next.expiry()),
                        Nanos.of(next.tokensEnd()),
                        seen.id(),
                        seen.root().reveal(),
                        seen.turn().reveal())
                == 1);
    }

    @Override
    public void end(String id, Instant tokensEnd) {
        revoke(sql -> end(sql, id, tokensEnd));
    }

    /** Holds the session: one that turned meanwhile would have tokens that are good for longer than it is revoked. */
    private static void end(Sql sql, String id, Instant tokensEnd) throws SQLException {
        long until = Math.max(
                Nanos.of(tokensEnd),
                sql.first(row -> row.getLong(1), "select tokens_end from ipx_session where id = ? for update", id)
                        .orElse(Long.MIN_VALUE));
        sql.change("delete from ipx_session where id = ?", id);
        put(sql, "session", id, until);
    }

    @Override
    public void revokeToken(String id, Instant expiry) {
        revoke(sql -> put(sql, "token", id, Nanos.of(expiry)));
    }

    @Override
    public void revokeUser(String name, Instant issued) {
        revoke(sql -> {
            put(sql, "user", name, Nanos.of(issued));
            // By their sessions too: a token that was given soon after another revocation is dated later than it is.
            for (String id : sql.rows(
                    row -> row.getString(1),
                    "select id from ipx_session where user_name = ? and created <= ?",
                    name,
                    Nanos.of(issued))) {
                end(sql, id, issued);
            }
        });
    }

    @Override
    public void revokeAll(Instant issued) {
        revoke(sql -> {
            put(sql, "all", "", Nanos.of(issued));
            sql.change("delete from ipx_session where created <= ?", Nanos.of(issued));
        });
    }

    /** A later moment is not taken back by an earlier one. */
    private static void put(Sql sql, String kind, String name, long moment) throws SQLException {
        int met = sql.change(
                "update ipx_revocation set moment = greatest(moment, ?) where kind = ? and name = ?",
                moment,
                kind,
                name);
        if (met == 0) {
            sql.change("insert into ipx_revocation (kind, name, moment) values (?, ?, ?)", kind, name, moment);
        }
    }

    private void revoke(Change change) {
        database.transaction(sql -> {
            revisions.count(sql);
            change.in(sql);
            return true;
        });
        changed();
    }

    private void changed() {
        revisions.changed();
        load();
    }

    private synchronized void load() {
        long current = revisions.current();
        Map<String, Instant> sessions = new HashMap<>();
        Map<String, Instant> tokens = new HashMap<>();
        Map<String, Instant> users = new HashMap<>();
        Instant[] everything = {Instant.MIN};
        database.transaction(sql -> sql.rows(
                row -> {
                    Instant moment = Nanos.time(row.getLong(3));
                    switch (row.getString(1)) {
                        case "session" -> sessions.put(row.getString(2), moment);
                        case "token" -> tokens.put(row.getString(2), moment);
                        case "user" -> users.put(row.getString(2), moment);
                        default -> everything[0] = moment;
                    }
                    return moment;
                },
                "select kind, name, moment from ipx_revocation"));
        revocations = new Revocations(sessions, tokens, users, everything[0]);
        loaded = current;
    }

    @Override
    public synchronized boolean refresh() {
        return reachability.run(() -> {
            revisions.ask();
            if (revisions.current() != loaded) {
                load();
            }
            tidy();
        });
    }

    /** Forgets what has ended by itself. */
    private void tidy() {
        if (ticker.nanoTime() - tidiedNanos < TIDY_EVERY_NANOS) {
            return;
        }
        tidiedNanos = ticker.nanoTime();
        long past = Nanos.of(ticker.now().minus(SKEW));
        database.transaction(sql -> {
            sql.change("delete from ipx_session where expiry < ?", past);
            return sql.change("delete from ipx_revocation where kind in ('session', 'token') and moment < ?", past);
        });
    }

    /** Something that is revoked. */
    @FunctionalInterface
    private interface Change {
        void in(Sql sql) throws SQLException;
    }
}
