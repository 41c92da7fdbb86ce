package io.inferenceproxy;

import io.inferenceproxy.auth.AuthOptions;
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
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** Where users, keys and sessions are kept: what an embedder brings, else the files that are configured. */
record Stores(UserStore users, KeyStore keys, SessionStore sessions) {

    static final Stores NONE = new Stores(UserStore.NONE, KeyStore.NONE, SessionStore.NONE);

    static Stores open(AuthOptions options, Parts parts, Executor workers) {
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
        return new Stores(users, keys, sessions);
    }

    /** Those that others change too. */
    List<WatchedStore> watched() {
        return Stream.of(users, keys, sessions)
                .filter(WatchedStore.class::isInstance)
                .map(WatchedStore.class::cast)
                .toList();
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
