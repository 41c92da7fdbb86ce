package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.testkit.contract.SessionStoreContract;
import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Sessions in H2, embedded: what a store of sessions must do. */
class H2SessionStoreTest extends SessionStoreContract {

    @TempDir
    private Path directory;

    private final List<Database> opened = new ArrayList<>();

    @Override
    protected SessionStore open() {
        Database database = Database.open("jdbc:h2:file:" + directory.resolve("identity"), "", Secret.of("none"), 4);
        opened.add(database);
        return new JdbcSessionStore(database, time);
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }
}
