package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.auth.IdentityStores;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.SessionsFile;
import io.inferenceproxy.auth.StoreException;
import io.inferenceproxy.auth.UserDirectory;
import io.inferenceproxy.auth.UsersFile;
import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/** The users, keys and sessions that a running proxy has too, for commands that change them: in a database, or in files. */
final class IdentityAccess {

    private final ProxyOptions options;
    private final StateDirectory state;

    IdentityAccess(ProxyOptions options, StateDirectory state) {
        this.options = options;
        this.state = state;
    }

    /**
     * Something done with a store.
     *
     * @param <S> the kind of store
     */
    @FunctionalInterface
    interface Work<S> {
        /**
         * Does it.
         *
         * @param place where it is, for people
         */
        ExitCode with(S store, String place);
    }

    /**
     * Does something with the users.
     *
     * @throws CommandFailure when the place is wrong, or cannot be read or written
     */
    int users(Work<UserDirectory> work) {
        if (options.database().isOn()) {
            return inDatabase(IdentityStores::users, work);
        }
        Path file = options.auth().usersFile().orElseGet(() -> state.open().usersFile());
        return inFile(
                "users file",
                file,
                () -> work.with(UsersFile.openOrEmpty(file, Runnable::run, Ticker.system()), file.toString()));
    }

    /** Does something with the API keys, as {@link #users}. */
    int keys(Work<KeyStore> work) {
        if (options.database().isOn()) {
            return inDatabase(IdentityStores::keys, work);
        }
        Path file = options.auth().keysFile().orElseGet(() -> state.open().keysFile());
        return inFile("keys file", file, () -> {
            try (KeysFile keys = KeysFile.open(file, Ticker.system())) {
                return work.with(keys, file.toString());
            }
        });
    }

    /** Does something with the sessions, as {@link #users}. */
    int sessions(Work<SessionStore> work) {
        if (options.database().isOn()) {
            return inDatabase(IdentityStores::sessions, work);
        }
        Path file =
                options.auth().sessions().file().orElseGet(() -> state.open().sessionsFile());
        return inFile(
                "sessions file", file, () -> work.with(SessionsFile.open(file, Ticker.system()), file.toString()));
    }

    private <S> int inDatabase(Function<IdentityStores, S> store, Work<S> work) {
        try (IdentityStores stores = IdentityStores.open(options.database(), Runnable::run, Ticker.system())) {
            return work.with(store.apply(stores), "the database").number();
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong);
        } catch (StoreException unreachable) {
            throw new CommandFailure(ExitCode.REMOTE, String.valueOf(unreachable.getMessage()), unreachable);
        }
    }

    private static int inFile(String kind, Path file, FileWork work) {
        try {
            return work.run().number();
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong);
        } catch (StoreException failed) {
            throw new CommandFailure(ExitCode.LOCAL, String.valueOf(failed.getMessage()), failed);
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.LOCAL, kind + " " + file + ": cannot be used, " + failed, failed);
        }
    }

    /** Something done with a file. */
    @FunctionalInterface
    private interface FileWork {
        ExitCode run() throws IOException;
    }
}
