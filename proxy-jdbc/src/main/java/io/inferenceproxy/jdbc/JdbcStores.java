package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.IdentityStores;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.UserDirectory;
import io.inferenceproxy.time.Ticker;
import java.util.concurrent.Executor;

/**
 * All stores in one database.
 *
 * @param database what they live in
 */
record JdbcStores(Database database, UserDirectory users, KeyStore keys, SessionStore sessions)
        implements IdentityStores {

    static JdbcStores in(Database database, Executor workers, Ticker ticker) {
        return new JdbcStores(
                database,
                new JdbcUserDirectory(database, ticker),
                new JdbcKeyStore(database, workers, ticker),
                new JdbcSessionStore(database, ticker));
    }

    @Override
    public void close() {
        database.close();
    }
}
