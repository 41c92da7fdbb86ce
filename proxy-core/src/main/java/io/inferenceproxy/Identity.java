package io.inferenceproxy;

import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.auth.AdminKeysHandler;
import io.inferenceproxy.auth.AdminUsersHandler;
import io.inferenceproxy.auth.ApiKeyAuthenticator;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.Authenticator;
import io.inferenceproxy.auth.CertificateAuthenticator;
import io.inferenceproxy.auth.CertificateName;
import io.inferenceproxy.auth.ExternalIssuers;
import io.inferenceproxy.auth.FailureLimit;
import io.inferenceproxy.auth.IdentityStores;
import io.inferenceproxy.auth.JwtAuthenticator;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.KeyTokens;
import io.inferenceproxy.auth.LoginHandler;
import io.inferenceproxy.auth.LoginLockout;
import io.inferenceproxy.auth.LogoutHandler;
import io.inferenceproxy.auth.OAuthTokenHandler;
import io.inferenceproxy.auth.RefreshHandler;
import io.inferenceproxy.auth.Sessions;
import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.SigningKeysHandler;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenVerifier;
import io.inferenceproxy.auth.UserDirectory;
import io.inferenceproxy.auth.UserKeys;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * Who callers are and how they become known.
 *
 * @param authenticator finds out who makes a call
 * @param login what signs users in; empty where an embedder's authenticator is the only one and there is nothing to sign with
 * @param refresh what gives those who signed in another token
 * @param logout what ends it all; empty too where an embedder's authenticator takes tokens that are not ours
 * @param oauth what gives tokens as OAuth 2 has it, to programs and for refresh tokens; empty where no keys are kept
 * @param keys of our own tokens
 * @param publicKeys publishes the keys of our own tokens; empty where they are secrets
 * @param administration what manages users and keys, by where it stands; as far as the stores can be changed
 * @param stores where users, keys and sessions are kept
 * @param issuers whose tokens are taken beside our own
 * @param chores what must be done every second, without blocking
 */
record Identity(
        Authenticator authenticator,
        Optional<ProxyHandler> login,
        Optional<ProxyHandler> refresh,
        Optional<ProxyHandler> logout,
        Optional<ProxyHandler> oauth,
        SigningKeys keys,
        Optional<ProxyHandler> publicKeys,
        Map<String, ProxyHandler> administration,
        Stores stores,
        ExternalIssuers issuers,
        List<Runnable> chores) {

    private static final String USERS = "/api/admin/users";
    private static final String KEYS = "/api/admin/keys";

    static Identity of(
            ProxyOptions all,
            Set<String> keptClaims,
            Parts parts,
            FailureLimit perAddress,
            FailureLimit perUser,
            Executor workers,
            BufferAccount buffers,
            Auditor auditor,
            Opened opened) {
        AuthOptions options = all.auth();
        boolean ownTokens = !options.secret().isEmpty() || options.keyFile().isPresent();
        if (parts.authenticator().isPresent() && !ownTokens) {
            return new Identity(
                    parts.authenticator().get(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    SigningKeys.NONE,
                    Optional.empty(),
                    Map.of(),
                    Stores.NONE,
                    ExternalIssuers.NONE,
                    List.of());
        }
        SigningKeys keys = ownTokens || options.issuers().isEmpty() ? SigningKeys.of(options) : SigningKeys.NONE;
        Stores stores = Stores.open(all, parts, workers);
        stores.database().ifPresent(database -> opened.add(database, IdentityStores::close));
        ExternalIssuers issuers = parts.authenticator().isPresent()
                ? ExternalIssuers.NONE
                : ExternalIssuers.of(options.issuers(), keptClaims, workers, parts.ticker());
        Authenticator authenticator = parts.authenticator()
                .orElseGet(() -> authenticator(options, keptClaims, parts, keys, issuers, stores, workers));
        LoginLockout lockout = new LoginLockout(options.loginLimit().lockout(), parts.ticker());
        Optional<Sessions> sessions = keys.canSign()
                ? Optional.of(new Sessions(
                        stores.sessions(),
                        stores.users(),
                        new TokenIssuer(options, keys, parts.ticker()),
                        options.sessions(),
                        parts.ticker()))
                : Optional.empty();
        Optional<LoginHandler> login = sessions.map(open -> new LoginHandler(
                stores.users(),
                options.passwords(),
                open,
                perAddress,
                perUser,
                lockout,
                workers,
                buffers,
                auditor,
                parts.ticker()));
        Optional<OAuthTokenHandler> oauth = sessions.filter(open -> stores.keys() != KeyStore.NONE)
                .map(open -> new OAuthTokenHandler(
                        stores.keys(),
                        stores.users(),
                        open,
                        new TokenIssuer(options, keys, parts.ticker()),
                        perAddress,
                        workers,
                        buffers,
                        auditor,
                        parts.ticker()));
        List<Runnable> chores = chores(issuers, keys, workers);
        if (auditor.isOn()) {
            login.ifPresent(handler -> chores.add(() -> handler.tick(workers)));
            oauth.ifPresent(handler -> chores.add(() -> handler.tick(workers)));
        }
        return new Identity(
                authenticator,
                login.map(handler -> handler),
                sessions.map(open -> new RefreshHandler(open, perAddress, workers, buffers, auditor)),
                sessions.filter(open -> parts.authenticator().isEmpty())
                        .map(open -> new LogoutHandler(open, options.issuer(), workers, auditor)),
                oauth.map(handler -> handler),
                keys,
                keys.isPublic() ? Optional.of(new SigningKeysHandler(keys)) : Optional.empty(),
                administration(options, stores, parts, workers, buffers, auditor),
                stores,
                issuers,
                List.copyOf(chores));
    }

    private static List<Runnable> chores(ExternalIssuers issuers, SigningKeys keys, Executor workers) {
        List<Runnable> chores = new ArrayList<>();
        if (!issuers.isEmpty()) {
            chores.add(issuers::tick);
        }
        if (keys.canChange()) {
            chores.add(() -> keys.tick(workers));
        }
        return chores;
    }

    private static Map<String, ProxyHandler> administration(
            AuthOptions options, Stores stores, Parts parts, Executor workers, BufferAccount buffers, Auditor auditor) {
        Map<String, ProxyHandler> handlers = new TreeMap<>();
        KeyTokens tokens = new KeyTokens(stores.sessions(), options.tokenTtl(), parts.ticker());
        if (stores.users() instanceof UserDirectory users) {
            handlers.put(
                    USERS,
                    new AdminUsersHandler(
                            USERS,
                            users,
                            new UserKeys(stores.keys(), tokens),
                            stores.sessions(),
                            options.passwords(),
                            workers,
                            buffers,
                            auditor,
                            parts.ticker()));
        }
        if (stores.keys() != KeyStore.NONE) {
            handlers.put(
                    KEYS, new AdminKeysHandler(KEYS, stores.keys(), tokens, workers, buffers, auditor, parts.ticker()));
        }
        return handlers;
    }

    boolean managesUsers() {
        return administration.containsKey(USERS);
    }

    boolean managesKeys() {
        return administration.containsKey(KEYS);
    }

    /** Where no keys are kept, nothing looks for them. */
    private static Authenticator authenticator(
            AuthOptions options,
            Set<String> keptClaims,
            Parts parts,
            SigningKeys keys,
            ExternalIssuers issuers,
            Stores stores,
            Executor workers) {
        Authenticator tokens = new JwtAuthenticator(
                new TokenVerifier(options, keptClaims, keys, parts.ticker()),
                issuers,
                options.tokenCache(),
                stores.users(),
                stores.sessions(),
                workers,
                parts.ticker());
        Authenticator known = stores.keys() == KeyStore.NONE
                ? tokens
                : new ApiKeyAuthenticator(stores.keys(), options, stores.users(), parts.ticker(), tokens);
        return options.clientCertificates().name() == CertificateName.NONE
                ? known
                : new CertificateAuthenticator(options.clientCertificates(), parts.ticker(), known);
    }

    /** Whether API keys are taken. */
    boolean takesKeys() {
        return authenticator instanceof ApiKeyAuthenticator
                || authenticator instanceof CertificateAuthenticator && stores.keys() != KeyStore.NONE;
    }
}
