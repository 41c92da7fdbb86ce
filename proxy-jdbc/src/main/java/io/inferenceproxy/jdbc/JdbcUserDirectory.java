package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.User;
import io.inferenceproxy.auth.UserDirectory;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Users in a database, read one by one; only the names of those who are disabled are in memory too, since each call asks for
 * them. Who changes users holds the row of their revision until the end of the transaction, so there is one at a time, and of
 * two administrators who remove each other one stays.
 */
public final class JdbcUserDirectory implements UserDirectory, WatchedStore {

    /** No role has it: it is a character of control. */
    private static final String BETWEEN = "\n";

    private static final String COLUMNS = "name, password, roles, enabled";

    private final Database database;
    private final Revisions revisions;
    private final Reachability reachability =
            new Reachability("nobody can log in, and those who were disabled before stay so");
    private volatile Set<String> disabled = Set.of();
    private long loaded = Long.MIN_VALUE;

    /**
     * Users in this database.
     *
     * @param database has our tables
     */
    public JdbcUserDirectory(Database database, Ticker ticker) {
        this.database = database;
        this.revisions = new Revisions(database, "users", ticker);
        load();
    }

    @Override
    public Optional<User> user(String name) {
        return database.transaction(sql -> read(sql, name));
    }

    private static Optional<User> read(Sql sql, String name) throws SQLException {
        return sql.first(JdbcUserDirectory::user, "select " + COLUMNS + " from ipx_user where name_key = ?", key(name));
    }

    private static User user(ResultSet row) throws SQLException {
        String roles = row.getString(3);
        return new User(
                row.getString(1),
                Secret.of(row.getString(2)),
                roles.isEmpty() ? Set.of() : Set.of(roles.split(BETWEEN)),
                row.getBoolean(4));
    }

    private static String key(String name) {
        return HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isDisabled(String name) {
        return disabled.contains(name);
    }

    @Override
    public List<User> page(String after, int most) {
        return database.transaction(sql -> sql.rows(
                JdbcUserDirectory::user,
                "select " + COLUMNS + " from ipx_user where name_key > ? order by name_key fetch first ? rows only",
                key(after),
                most));
    }

    @Override
    public boolean add(User user) {
        boolean added = database.transaction(sql -> {
            revisions.count(sql);
            if (read(sql, user.name()).isPresent()) {
                return false;
            }
            insert(sql, user);
            return true;
        });
        changed();
        return added;
    }

    @Override
    public Outcome change(User seen, Optional<User> next) {
        Outcome outcome = database.transaction(sql -> {
            revisions.count(sql);
            if (!read(sql, seen.name()).equals(Optional.of(seen))) {
                return Outcome.STALE;
            }
            boolean stays = next.filter(JdbcUserDirectory::isAdmin).isPresent();
            if (isAdmin(seen) && !stays && admins(sql) == 1) {
                return Outcome.LAST_ADMIN;
            }
            sql.change("delete from ipx_user where name_key = ?", key(seen.name()));
            if (next.isPresent()) {
                insert(sql, next.get());
            }
            return Outcome.DONE;
        });
        changed();
        return outcome;
    }

    private static void insert(Sql sql, User user) throws SQLException {
        sql.change(
                "insert into ipx_user (name_key, " + COLUMNS + ", admin) values (?, ?, ?, ?, ?, ?)",
                key(user.name()),
                user.name(),
                user.password().reveal(),
                String.join(BETWEEN, new TreeSet<>(user.roles())),
                user.enabled(),
                isAdmin(user));
    }

    private static boolean isAdmin(User user) {
        return user.enabled() && user.roles().contains(ADMIN);
    }

    private static long admins(Sql sql) throws SQLException {
        return sql.first(row -> row.getLong(1), "select count(*) from ipx_user where admin")
                .orElse(0L);
    }

    private void changed() {
        revisions.changed();
        load();
    }

    private synchronized void load() {
        long current = revisions.current();
        disabled = Set.copyOf(new HashSet<>(database.transaction(
                sql -> sql.rows(row -> row.getString(1), "select name from ipx_user where not enabled"))));
        loaded = current;
    }

    @Override
    public synchronized boolean refresh() {
        return reachability.run(() -> {
            revisions.ask();
            if (revisions.current() != loaded) {
                load();
            }
        });
    }
}
