package io.inferenceproxy.auth;

import io.inferenceproxy.pem.CertificateFiles;
import io.inferenceproxy.time.Ticker;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The issuers beside ourselves whose tokens are taken. A token finds its issuer by what it has as {@code iss}; whether it
 * really is of that one is for the signature to say.
 */
public final class ExternalIssuers {

    /** There are none. */
    public static final ExternalIssuers NONE = new ExternalIssuers(Map.of());

    private final Map<String, ExternalIssuer> byClaim;

    private ExternalIssuers(Map<String, ExternalIssuer> byClaim) {
        this.byClaim = byClaim;
    }

    /**
     * Sets them up, and reads the files of their authorities; nothing is fetched before the first {@link #tick} or the first
     * token.
     *
     * @param kept which claims the callers have beside subject, roles and scopes
     * @param workers where fetches begin; may reject
     * @throws IllegalArgumentException when a file of authorities cannot be used; it names the setting and the file
     * @throws java.io.UncheckedIOException when one cannot be read
     */
    public static ExternalIssuers of(
            Map<String, IssuerOptions> options, Set<String> kept, Executor workers, Ticker ticker) {
        if (options.isEmpty()) {
            return NONE;
        }
        KeyFetcher usual = new HttpKeyFetcher(workers, List.of());
        return each(
                (name, issuer) -> issuer.ca().isEmpty()
                        ? usual
                        : new HttpKeyFetcher(
                                workers, authorities(name, issuer.ca().get())),
                options,
                kept,
                ticker);
    }

    /**
     * Reads whose certificates are believed of an issuer, which blocks.
     *
     * @throws IllegalArgumentException when the file cannot be used; it names the setting and the file
     * @throws java.io.UncheckedIOException when it cannot be read
     */
    public static List<X509Certificate> authorities(String name, Path file) {
        return CertificateFiles.read("auth.issuers." + name + ".ca", file);
    }

    static ExternalIssuers fetchedBy(
            KeyFetcher fetcher, Map<String, IssuerOptions> options, Set<String> kept, Ticker ticker) {
        return each((name, issuer) -> fetcher, options, kept, ticker);
    }

    private static ExternalIssuers each(
            BiFunction<String, IssuerOptions, KeyFetcher> fetcher,
            Map<String, IssuerOptions> options,
            Set<String> kept,
            Ticker ticker) {
        Map<String, ExternalIssuer> byClaim = new HashMap<>();
        options.forEach((name, issuer) -> {
            RemoteKeys keys = new RemoteKeys(name, issuer, fetcher.apply(name, issuer), ticker);
            TokenVerifier verifier = new TokenVerifier(CallerRules.external(issuer, kept), keys, ticker);
            byClaim.put(issuer.issuer(), new ExternalIssuer(name, verifier, keys));
        });
        return new ExternalIssuers(Map.copyOf(byClaim));
    }

    /** How the configuration calls them. */
    public Set<String> names() {
        return byClaim.values().stream().map(ExternalIssuer::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** How often the keys of the issuer were fetched, or could not be. */
    public long fetches(String name, boolean succeeded) {
        return keysOf(name).map(keys -> keys.fetches(succeeded)).orElse(0L);
    }

    /** How long ago the keys of the issuer were asked for that are known; since the start when none ever came. */
    public Duration keysAge(String name) {
        return keysOf(name).map(RemoteKeys::age).orElse(Duration.ZERO);
    }

    private Optional<RemoteKeys> keysOf(String name) {
        return byClaim.values().stream()
                .filter(issuer -> issuer.name().equals(name))
                .map(ExternalIssuer::keys)
                .findFirst();
    }

    public boolean isEmpty() {
        return byClaim.isEmpty();
    }

    /** Has keys fetched that are due; to be called every second or so. Does not block. */
    public void tick() {
        byClaim.values().forEach(issuer -> issuer.keys().tick());
    }

    /**
     * Fetches the keys of the issuer that the token claims to be of and makes all checks; for tools, since it waits for the
     * issuer. Empty when the token is of none of these.
     *
     * @throws IllegalStateException when the issuer gives no keys; the log has the reason
     */
    public Optional<TokenVerdict> verifyNow(String token) {
        try {
            ExternalIssuer issuer = of(token);
            if (issuer == null) {
                return Optional.empty();
            }
            issuer.keys()
                    .tryAwait()
                    .ifPresent(fetch -> fetch.toCompletableFuture().join());
            if (issuer.keys().isInDoubt()) {
                throw new IllegalStateException("issuer " + issuer.name() + ": gives no keys");
            }
            return Optional.of(issuer.verifier().verify(token));
        } catch (TokenRefusal unreadable) {
            return Optional.empty();
        }
    }

    /** The issuer that the token claims to be of; null when that is none of these. */
    @Nullable
    ExternalIssuer of(String token) throws TokenRefusal {
        try {
            return byClaim.get(UnverifiedToken.parse(token).claimedIssuer());
        } catch (RuntimeException | StackOverflowError surprise) {
            throw new TokenRefusal(TokenCheck.HEADER, surprise.getClass().getName());
        }
    }
}
