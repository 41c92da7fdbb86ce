package io.inferenceproxy.testkit.contract;

import io.inferenceproxy.auth.UserDirectory;
import io.inferenceproxy.auth.UsersFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The users file does what a store of users must. */
class UsersFileContractTest extends UserDirectoryContract {

    @TempDir
    Path directory;

    @Override
    protected UserDirectory open() throws IOException {
        return UsersFile.openOrEmpty(directory.resolve("users.yaml"), Runnable::run, time);
    }
}
