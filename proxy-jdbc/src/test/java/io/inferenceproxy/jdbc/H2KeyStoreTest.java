package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.testkit.contract.KeyStoreContract;
import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Keys in H2, embedded: what a store of keys must do. */
class H2KeyStoreTest extends KeyStoreContract {

    @TempDir
    private Path directory;

    private final List<Database> opened = new ArrayList<>();

    @Override
    protected KeyStore open() {
        Database database = Database.open("jdbc:h2:file:" + directory.resolve("identity"), "", Secret.of("none"), 4);
        opened.add(database);
        return new JdbcKeyStore(database, Runnable::run, time);
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }
}
