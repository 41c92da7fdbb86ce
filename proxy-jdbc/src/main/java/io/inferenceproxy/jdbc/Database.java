package io.inferenceproxy.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inferenceproxy.auth.StoreException;
import io.inferenceproxy.units.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** A database with our tables in it. Blocks, so it is for the workers; safe for many threads. */
public final class Database implements AutoCloseable {

    /** Of the package, since an application may have migrations of its own in the usual place. */
    private static final String MIGRATIONS = "classpath:io/inferenceproxy/jdbc/migration";

    private static final String HISTORY = "ipx_schema_history";
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LONGEST_STATEMENT = Duration.ofSeconds(5);

    /** For those that do not even say that they have given up. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final HikariDataSource source;
    private final Duration longest;

    private Database(HikariDataSource source, Duration longest) {
        this.source = source;
        this.longest = longest;
    }

    /**
     * Connects, and makes the tables or brings them up to date.
     *
     * @param url {@code jdbc:h2:…} or {@code jdbc:postgresql:…}
     * @param user empty when the URL says it
     * @param connections how many at most
     * @throws StoreException when it cannot be reached or is not ours to use
     */
    public static Database open(String url, String user, Secret password, int connections) {
        return open(url, user, password, connections, LONGEST_STATEMENT);
    }

    /**
     * The same with another bound.
     *
     * @param longest how long a statement may take, in whole seconds
     */
    static Database open(String url, String user, Secret password, int connections, Duration longest) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("inference-proxy");
        config.setJdbcUrl(durable(url));
        if (!user.isEmpty()) {
            config.setUsername(user);
            config.setPassword(password.reveal());
        }
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setValidationTimeout(PATIENCE.toMillis() / 2);
        config.setInitializationFailTimeout(PATIENCE.toMillis());
        if (url.startsWith("jdbc:postgresql:")) {
            // Else whoever gives up a statement waits for the answer to that, ten seconds.
            config.addDataSourceProperty("cancelSignalTimeout", Long.toString(MARGIN.toSeconds()));
        }
        HikariDataSource source;
        try {
            source = new HikariDataSource(config);
        } catch (RuntimeException unreachable) {
            throw new StoreException("database: cannot be reached, " + reason(unreachable), unreachable);
        }
        try {
            Flyway.configure()
                    .dataSource(source)
                    .locations(MIGRATIONS)
                    .table(HISTORY)
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        } catch (FlywayException failed) {
            source.close();
            throw new StoreException("database: its tables cannot be made or brought up to date", failed);
        }
        return new Database(source, longest);
    }

    /** H2 writes half a second after it acknowledged, unless it is told not to. */
    private static String durable(String url) {
        boolean late =
                url.startsWith("jdbc:h2:") && !url.toUpperCase(Locale.ROOT).contains("WRITE_DELAY=");
        return late ? url + ";WRITE_DELAY=0" : url;
    }

    /** What kind of failure it was at the bottom; the messages around it may quote the URL, and with it a password. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName();
    }

    /**
     * Does something in one transaction, which ends with it. A database that does not answer holds up the thread for a few seconds
     * a statement, no longer.
     *
     * @throws StoreException when it cannot be done; then nothing of it is
     */
    <T> T transaction(Work<T> work) {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            connection.setNetworkTimeout(
                    Runnable::run, Math.toIntExact(longest.plus(MARGIN).toMillis()));
            boolean done = false;
            try {
                T result = work.with(new Sql(connection, Math.toIntExact(longest.toSeconds())));
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    connection.rollback();
                }
            }
        } catch (SQLException failed) {
            throw new StoreException("database: cannot be asked or changed, " + failed.getSQLState(), failed);
        }
    }

    @Override
    public void close() {
        source.close();
    }

    /** Something done with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T with(Sql sql) throws SQLException;
    }
}
