package io.inferenceproxy.cli;

import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.SessionsFile;
import io.inferenceproxy.auth.StoreException;
import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.ToIntFunction;

/** The sessions and revocations that a running proxy has too, for commands that end some. */
final class SessionsAccess {

    private SessionsAccess() {}

    /**
     * Does something with them.
     *
     * @throws CommandFailure when the file is wrong or cannot be read or written
     */
    static int with(AuthOptions auth, StateDirectory state, ToIntFunction<SessionStore> work) {
        Path file = auth.sessions().file().orElseGet(() -> state.open().sessionsFile());
        try {
            return work.applyAsInt(SessionsFile.open(file, Ticker.system()));
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong);
        } catch (StoreException failed) {
            throw new CommandFailure(ExitCode.LOCAL, String.valueOf(failed.getMessage()), failed);
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.LOCAL, "sessions file " + file + ": cannot be used, " + failed, failed);
        }
    }
}
