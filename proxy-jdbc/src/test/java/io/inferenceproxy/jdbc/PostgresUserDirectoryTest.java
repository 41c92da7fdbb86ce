package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.UserDirectory;
import io.inferenceproxy.testkit.contract.UserDirectoryContract;
import io.inferenceproxy.units.Secret;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Users in PostgreSQL: what a store of users must do. */
class PostgresUserDirectoryTest extends UserDirectoryContract {

    private final List<Database> opened = new ArrayList<>();
    private String url = "";

    @Override
    protected UserDirectory open() throws Exception {
        if (url.isEmpty()) {
            url = Postgres.emptyDatabase();
        }
        Database database = Database.open(url, "postgres", Secret.of("postgres"), 4);
        opened.add(database);
        return new JdbcUserDirectory(database, time);
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }
}
