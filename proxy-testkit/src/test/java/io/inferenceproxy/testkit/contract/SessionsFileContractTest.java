package io.inferenceproxy.testkit.contract;

import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.SessionsFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The sessions file does what a store of sessions must. */
class SessionsFileContractTest extends SessionStoreContract {

    @TempDir
    Path directory;

    @Override
    protected SessionStore open() throws IOException {
        return SessionsFile.open(directory.resolve("sessions.jsonl"), time);
    }
}
