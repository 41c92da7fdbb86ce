package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.DatabaseOptions;
import io.inferenceproxy.auth.IdentityStores;
import io.inferenceproxy.time.Ticker;
import java.util.concurrent.Executor;

/** Opens the database of the options; found by {@link java.util.ServiceLoader}. */
public final class JdbcStoresProvider implements IdentityStores.Provider {

    @Override
    public IdentityStores open(DatabaseOptions options, Executor workers, Ticker ticker) {
        Database database = Database.open(options.url(), options.user(), options.password(), options.maxConnections());
        boolean opened = false;
        try {
            IdentityStores stores = JdbcStores.in(database, workers, ticker);
            opened = true;
            return stores;
        } finally {
            if (!opened) {
                database.close();
            }
        }
    }
}
