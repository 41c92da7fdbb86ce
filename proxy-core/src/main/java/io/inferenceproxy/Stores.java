package io.inferenceproxy;

import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.IdentityStores;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.SessionsFile;
import io.inferenceproxy.auth.SessionsInMemory;
import io.inferenceproxy.auth.UserStore;
import io.inferenceproxy.auth.UsersFile;
import io.inferenceproxy.auth.WatchedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * Where users, keys and sessions are kept: what an embedder brings, else the database, else the files that are configured.
 *
 * @param users who may sign in
 * @param keys of programs
 * @param sessions of those who have signed in, and what was revoked
 * @param database where they live, if they live in one
 */
record Stores(UserStore users, KeyStore keys, SessionStore sessions, Optional<IdentityStores> database) {

    static final Stores NONE = new Stores(UserStore.NONE, KeyStore.NONE, SessionStore.NONE, Optional.empty());

    static Stores open(ProxyOptions options, Parts parts, Executor workers) {
        return options.database().isOn()
                ? of(IdentityStores.open(options.database(), workers, parts.ticker()), parts)
                : files(options.auth(), parts, workers);
    }

    private static Stores of(IdentityStores database, Parts parts) {
        return new Stores(
                parts.users().orElseGet(database::users),
                parts.keys().orElseGet(database::keys),
                parts.sessions().orElseGet(database::sessions),
                Optional.of(database));
    }

    private static Stores files(AuthOptions options, Parts parts, Executor workers) {
        UserStore users = parts.users()
                .orElseGet(() -> options.usersFile()
                        .<UserStore>map(file ->
                                opened("users-file", file, () -> UsersFile.openOrEmpty(file, workers, parts.ticker())))
                        .orElse(UserStore.NONE));
        KeyStore keys = parts.keys()
                .orElseGet(() -> options.keysFile()
                        .<KeyStore>map(file -> opened("keys-file", file, () -> KeysFile.open(file, parts.ticker())))
                        .orElse(KeyStore.NONE));
        SessionStore sessions = parts.sessions()
                .orElseGet(() -> options.sessions()
                        .file()
                        .<SessionStore>map(
                                file -> opened("sessions.file", file, () -> SessionsFile.open(file, parts.ticker())))
                        .orElseGet(() -> new SessionsInMemory(parts.ticker())));
        return new Stores(users, keys, sessions, Optional.empty());
    }

    /** Those that others change too; at last what they live in, to be closed after them. */
    List<WatchedStore> watched() {
        return Stream.concat(
                        Stream.of(users, keys, sessions)
                                .filter(WatchedStore.class::isInstance)
                                .map(WatchedStore.class::cast),
                        database.stream().map(Home::new))
                .toList();
    }

    /** What stores live in: it changes only with them. */
    private record Home(IdentityStores database) implements WatchedStore {
        @Override
        public boolean refresh() {
            return true;
        }

        @Override
        public void close() {
            database.close();
        }
    }

    private static <T> T opened(String key, Path file, Opening<T> opening) {
        try {
            return opening.open();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(key + ": " + file + " cannot be read", unreadable);
        }
    }

    /** Opens a file that may be unreadable. */
    private interface Opening<T> {
        T open() throws IOException;
    }
}
