package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;

/** Users, keys and sessions in one place that several proxies may share. */
public interface IdentityStores extends AutoCloseable {

    /** The users. */
    UserDirectory users();

    /** The API keys. */
    KeyStore keys();

    /** Those who have signed in, and what was revoked. */
    SessionStore sessions();

    /** Lets go of the place; the stores are closed before. */
    @Override
    void close();

    /**
     * Opens a database.
     *
     * @param workers where it is asked on behalf of I/O threads; may reject
     * @throws StoreException when it cannot be reached
     * @throws IllegalArgumentException when nothing on the class path can open it
     */
    static IdentityStores open(DatabaseOptions options, Executor workers, Ticker ticker) {
        return ServiceLoader.load(Provider.class, Provider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "database.url: nothing can open it (expected: io.inferenceproxy:proxy-jdbc on the class path)"))
                .open(options, workers, ticker);
    }

    /** Opens databases; found by {@link ServiceLoader}. */
    interface Provider {
        IdentityStores open(DatabaseOptions options, Executor workers, Ticker ticker);
    }
}
