package io.inferenceproxy.jdbc;

import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;

/** A process that makes keys and says which ones are kept, until it is killed. */
final class KeyWriter {

    private KeyWriter() {}

    public static void main(String[] args) {
        Database database = Database.open(args[0], "", Secret.of("none"), 2);
        KeyIssuer issuer = new KeyIssuer(new JdbcKeyStore(database, Runnable::run, Ticker.system()), Ticker.system());
        while (!Thread.currentThread().isInterrupted()) {
            System.out.println(issuer.create(KeyRequest.of("alice")).key().id());
        }
    }
}
