package io.inferenceproxy.bench;

import io.inferenceproxy.auth.DatabaseOptions;
import io.inferenceproxy.auth.IdentityStores;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.auth.PasswordOptions;
import io.inferenceproxy.auth.User;
import io.inferenceproxy.auth.UserDirectory;
import io.inferenceproxy.auth.UsersEditor;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Fills a database with users and API keys, through the product's own stores, and then revokes what it is told to: another
 * process that shares the database with a proxy.
 *
 * <p>All users but {@code alice} have the same hash, of a password that nobody knows: 100,000 hashes of the usual cost would take
 * an hour and tell nothing.
 */
public final class IdentityDatabase {

    private static final String PASSWORD = "correct horse battery";
    private static final Secret UNKNOWN = Secret.of(
            "$argon2id$v=19$m=19456,t=2,p=1$" + "MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY");

    private static final Ticker TICKER = Ticker.system();

    private final IdentityStores stores;
    private final PrintStream out;

    private IdentityDatabase(IdentityStores stores, PrintStream out) {
        this.stores = stores;
        this.out = out;
    }

    /**
     * Prints {@code key TEXT} of a few of the keys, and {@code filled}; then reads {@code key ID}, {@code tokens USER} and
     * {@code user USER} from its input, and prints {@code revoked} for each as soon as it is.
     *
     * @param args the database, how many users, how many keys
     */
    public static void main(String[] args) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            run(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]), in, System.out);
        }
    }

    static void run(String url, int users, int keys, BufferedReader in, PrintStream out) throws IOException {
        try (IdentityStores stores = IdentityStores.open(DatabaseOptions.DEFAULT.withUrl(url), Runnable::run, TICKER)) {
            IdentityDatabase database = new IdentityDatabase(stores, out);
            database.fill(users, keys);
            out.println("filled");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int space = line.indexOf(' ');
                database.revoke(line.substring(0, space), line.substring(space + 1));
                out.println("revoked");
            }
        }
    }

    private void fill(int users, int keys) {
        UserDirectory directory = stores.users();
        new UsersEditor(directory, PasswordOptions.DEFAULT).add("alice", Secret.of(PASSWORD), Set.of());
        for (int i = 1; i < users; i++) {
            directory.add(new User(name(i), UNKNOWN, Set.of("researcher"), true));
        }
        KeyIssuer issuer = new KeyIssuer(stores.keys(), TICKER);
        int told = Math.max(1, keys / 100);
        for (int i = 0; i < keys; i++) {
            String text = issuer.create(KeyRequest.of(name(i % users))).text().reveal();
            if (i % told == 0) {
                out.println("key " + text);
            }
        }
    }

    private void revoke(String kind, String which) {
        switch (kind) {
            case "key" -> require(stores.keys().remove(which), which);
            case "tokens" -> stores.sessions().revokeUser(which, TICKER.now());
            case "user" -> {
                User user = stores.users().user(which).orElseThrow();
                Optional<User> disabled = Optional.of(user.withEnabled(false));
                require(stores.users().change(user, disabled) == UserDirectory.Outcome.DONE, which);
            }
            default -> throw new IllegalArgumentException(kind + " (expected: key, tokens or user)");
        }
    }

    private static void require(boolean done, String which) {
        if (!done) {
            throw new IllegalStateException(which + " could not be revoked");
        }
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "user-%06d", number);
    }
}
