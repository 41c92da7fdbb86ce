package io.inferenceproxy.auth;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Setting;
import java.util.Locale;

/**
 * The database that users, keys and sessions live in, when they should live in one; several proxies may share it.
 */
public record DatabaseOptions(
        @Setting("Where it is, jdbc:postgresql://HOST/NAME or jdbc:h2:file:PATH; without it they live in files")
        String url,

        @Setting("As whom to connect; empty where the URL says it")
        String user,

        @Setting("The password of that user") Secret password,
        @Setting("Most connections at once") int maxConnections) {

    /** What holds when nothing is configured. */
    public static final DatabaseOptions DEFAULT = new DatabaseOptions("", "", Secret.none(), 8);

    public DatabaseOptions {
        if (!url.isEmpty() && !url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "url: another kind of database (expected: jdbc:postgresql:… or jdbc:h2:…)");
        }
        if (url.toLowerCase(Locale.ROOT).contains("password=")) {
            throw new IllegalArgumentException(
                    "url: has a password in it (expected: one in database.password, which is never shown)");
        }
        Require.between(2, 1_000, maxConnections, "max-connections"); // making the tables takes two
    }

    /** Whether there is one. */
    public boolean isOn() {
        return !url.isEmpty();
    }

    public DatabaseOptions withUrl(String url) {
        return new DatabaseOptions(url, user, password, maxConnections);
    }

    public DatabaseOptions withUser(String user) {
        return new DatabaseOptions(url, user, password, maxConnections);
    }

    public DatabaseOptions withPassword(Secret password) {
        return new DatabaseOptions(url, user, password, maxConnections);
    }

    public DatabaseOptions withMaxConnections(int maxConnections) {
        return new DatabaseOptions(url, user, password, maxConnections);
    }
}
