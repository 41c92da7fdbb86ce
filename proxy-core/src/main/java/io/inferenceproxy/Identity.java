package io.inferenceproxy;

import io.inferenceproxy.auth.ApiKeyAuthenticator;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.Authenticator;
import io.inferenceproxy.auth.ExternalIssuers;
import io.inferenceproxy.auth.FailureLimit;
import io.inferenceproxy.auth.JwtAuthenticator;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.LoginHandler;
import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.SigningKeysHandler;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenVerifier;
import io.inferenceproxy.auth.UserStore;
import io.inferenceproxy.auth.UsersFile;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * Who callers are and how they become known.
 *
 * @param authenticator finds out who makes a call
 * @param login what signs users in; empty where an embedder's authenticator is the only one and there is nothing to sign with
 * @param publicKeys publishes the keys of our own tokens; empty where they are secrets
 * @param stores that others change too
 * @param chores what must be done every second, without blocking
 */
record Identity(
        Authenticator authenticator,
        Optional<ProxyHandler> login,
        Optional<ProxyHandler> publicKeys,
        List<WatchedStore> stores,
        List<Runnable> chores) {

    static Identity of(
            AuthOptions options,
            Parts parts,
            FailureLimit perAddress,
            FailureLimit perUser,
            Executor workers,
            BufferAccount buffers) {
        boolean ownTokens = !options.secret().isEmpty() || options.keyFile().isPresent();
        if (parts.authenticator().isPresent() && !ownTokens) {
            return new Identity(parts.authenticator().get(), Optional.empty(), Optional.empty(), List.of(), List.of());
        }
        SigningKeys keys = ownTokens || options.issuers().isEmpty() ? SigningKeys.of(options) : SigningKeys.NONE;
        UserStore users = users(options, parts, workers);
        KeyStore apiKeys = apiKeys(options, parts);
        ExternalIssuers issuers = parts.authenticator().isPresent()
                ? ExternalIssuers.NONE
                : ExternalIssuers.of(options.issuers(), workers, parts.ticker());
        Authenticator authenticator = parts.authenticator()
                .orElseGet(() -> withKeys(
                        apiKeys,
                        options,
                        users,
                        parts,
                        new JwtAuthenticator(
                                new TokenVerifier(options, keys, parts.ticker()),
                                issuers,
                                options.tokenCache(),
                                users,
                                workers,
                                parts.ticker())));
        Optional<ProxyHandler> login = keys.canSign()
                ? Optional.of(new LoginHandler(
                        users, new TokenIssuer(options, keys, parts.ticker()), perAddress, perUser, workers, buffers))
                : Optional.empty();
        Optional<ProxyHandler> publicKeys =
                keys.isPublic() ? Optional.of(new SigningKeysHandler(keys)) : Optional.empty();
        List<Runnable> chores = new ArrayList<>();
        if (!issuers.isEmpty()) {
            chores.add(issuers::tick);
        }
        if (keys.canChange()) {
            chores.add(() -> keys.tick(workers));
        }
        return new Identity(authenticator, login, publicKeys, watched(users, apiKeys), List.copyOf(chores));
    }

    /** Whether API keys are taken. */
    boolean takesKeys() {
        return authenticator instanceof ApiKeyAuthenticator;
    }

    boolean canLogIn() {
        return login.isPresent();
    }

    /** Where no keys are kept, nothing looks for them. */
    private static Authenticator withKeys(
            KeyStore keys, AuthOptions options, UserStore users, Parts parts, Authenticator tokens) {
        return keys == KeyStore.NONE ? tokens : new ApiKeyAuthenticator(keys, options, users, parts.ticker(), tokens);
    }

    private static List<WatchedStore> watched(Object... stores) {
        return Stream.of(stores)
                .filter(WatchedStore.class::isInstance)
                .map(WatchedStore.class::cast)
                .toList();
    }

    private static UserStore users(AuthOptions options, Parts parts, Executor workers) {
        return parts.users()
                .orElseGet(() -> options.usersFile()
                        .<UserStore>map(file ->
                                opened("users-file", file, () -> UsersFile.openOrEmpty(file, workers, parts.ticker())))
                        .orElse(UserStore.NONE));
    }

    private static KeyStore apiKeys(AuthOptions options, Parts parts) {
        return parts.keys()
                .orElseGet(() -> options.keysFile()
                        .<KeyStore>map(file -> opened("keys-file", file, () -> KeysFile.open(file, parts.ticker())))
                        .orElse(KeyStore.NONE));
    }

    private static <T> T opened(String key, Path file, Opening<T> opening) {
        try {
            return opening.open();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(key + ": " + file + " cannot be read", unreadable);
        }
    }

    /** Opens a file that may be unreadable. */
    private interface Opening<T> {
        T open() throws IOException;
    }
}
