package io.inferenceproxy.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Statements over one connection, with their parameters in order. */
final class Sql {

    private final Connection connection;
    private final int longestSeconds;

    /**
     * Statements that do not take for ever.
     *
     * @param longestSeconds how long one may take
     */
    Sql(Connection connection, int longestSeconds) {
        this.connection = connection;
        this.longestSeconds = longestSeconds;
    }

    /** Runs a change, and says how many rows it met. */
    int change(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    /** Runs the same change for each of some, in one message as far as the database has such; says for how many. */
    <T> int batch(String sql, List<T> all, Function<T, List<Object>> parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            for (T one : all) {
                set(statement, parameters.apply(one).toArray());
                statement.addBatch();
            }
            return statement.executeBatch().length;
        }
    }

    /** All rows of a query. */
    <T> List<T> rows(Row<T> row, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet found = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (found.next()) {
                rows.add(row.of(found));
            }
            return rows;
        }
    }

    /** The first row of a query. */
    <T> Optional<T> first(Row<T> row, String sql, Object... parameters) throws SQLException {
        return rows(row, sql, parameters).stream().findFirst();
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(longestSeconds);
        set(statement, parameters);
        return statement;
    }

    private static void set(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }

    /** Makes something of a row. */
    @FunctionalInterface
    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }
}
