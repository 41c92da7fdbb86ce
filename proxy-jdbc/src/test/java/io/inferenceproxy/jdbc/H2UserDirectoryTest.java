package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.UserDirectory;
import io.inferenceproxy.testkit.contract.UserDirectoryContract;
import io.inferenceproxy.units.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Users in H2, embedded: what a store of users must do. */
class H2UserDirectoryTest extends UserDirectoryContract {

    @TempDir
    private Path directory;

    private final List<Database> opened = new ArrayList<>();

    @Override
    protected UserDirectory open() {
        Database database = Database.open("jdbc:h2:file:" + directory.resolve("identity"), "", Secret.of("none"), 4);
        opened.add(database);
        return new JdbcUserDirectory(database, time);
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }
}
