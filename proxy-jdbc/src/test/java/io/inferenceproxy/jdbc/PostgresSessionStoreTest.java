package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.testkit.contract.SessionStoreContract;
import io.inferenceproxy.units.Secret;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Sessions in PostgreSQL: what a store of sessions must do. */
class PostgresSessionStoreTest extends SessionStoreContract {

    private final List<Database> opened = new ArrayList<>();
    private String url = "";

    @Override
    protected SessionStore open() throws Exception {
        if (url.isEmpty()) {
            url = Postgres.emptyDatabase();
        }
        Database database = Database.open(url, "postgres", Secret.of("postgres"), 4);
        opened.add(database);
        return new JdbcSessionStore(database, time);
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }
}
