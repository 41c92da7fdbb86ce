package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.testkit.contract.KeyStoreContract;
import io.inferenceproxy.units.Secret;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Keys in PostgreSQL: what a store of keys must do. */
class PostgresKeyStoreTest extends KeyStoreContract {

    private final List<Database> opened = new ArrayList<>();
    private String url = "";

    @Override
    protected KeyStore open() throws Exception {
        if (url.isEmpty()) {
            url = Postgres.emptyDatabase();
        }
        Database database = Database.open(url, "postgres", Secret.of("postgres"), 4);
        opened.add(database);
        return new JdbcKeyStore(database, Runnable::run, time);
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }
}
