package io.inferenceproxy.testkit.contract;

import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.KeysFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The keys file does what a store of keys must. */
class KeysFileContractTest extends KeyStoreContract {

    @TempDir
    Path directory;

    @Override
    protected KeyStore open() throws IOException {
        return KeysFile.open(directory.resolve("keys.jsonl"), time);
    }
}
