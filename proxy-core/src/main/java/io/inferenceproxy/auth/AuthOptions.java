package io.inferenceproxy.auth;

import io.inferenceproxy.units.Allowance;
import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.units.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may call: how tokens are made and checked, and where users are kept.
 *
 * <p>It is over 300 lines because a record needs a copying method for each of its components.
 */
public record AuthOptions(
        @Setting(
                "Secret of the HS algorithms, at least 32 bytes; none configured: one is made and kept in the state directory")
        Secret secret,

        @Setting(
                "PEM, JWK or JWK Set file with the keys of our own tokens; read again when it changes. In a set the first of an algorithm signs")
        Optional<Path> keyFile,

        @Setting("Algorithms that our own tokens may be signed with; the first signs")
        List<TokenAlgorithm> algorithms,

        @Setting("Issuer (iss) of our own tokens") String issuer,

        @Setting("Audience (aud) that tokens must be meant for; none switches the check off")
        String audience,

        @Setting("How long a token lives") Duration tokenTtl,

        @Setting("File with the users who may log in; without it one in the state directory")
        Optional<Path> usersFile,

        @Setting("File with the API keys; without it one in the state directory")
        Optional<Path> keysFile,

        @Setting("Refused credentials from one address (IPv6: one /64), or off; valid ones always pass")
        Allowance failureLimit,

        @Setting("Failed logins") LoginLimitOptions loginLimit,

        @Setting("Those who have signed in") SessionOptions sessions,

        @Setting("Hashes of passwords") PasswordOptions passwords,

        @Setting("How many verified tokens are remembered") int tokenCache,

        @Setting("External issuers whose tokens are taken beside our own, by name")
        Map<String, IssuerOptions> issuers,

        @Setting("Clients that are known by their certificates")
        ClientCertificateOptions clientCertificates) {

    /** What holds when nothing is configured. */
    public static final AuthOptions DEFAULT = new AuthOptions(
            Secret.none(),
            Optional.empty(),
            List.of(TokenAlgorithm.HS256),
            "inference-proxy",
            "inference",
            Duration.ofHours(1),
            Optional.empty(),
            Optional.empty(),
            Allowance.parse("20 per minute"),
            LoginLimitOptions.DEFAULT,
            SessionOptions.DEFAULT,
            PasswordOptions.DEFAULT,
            10000,
            Map.of(),
            ClientCertificateOptions.DEFAULT);

    public AuthOptions {
        algorithms = List.copyOf(algorithms);
        if (algorithms.isEmpty()) {
            throw new IllegalArgumentException("algorithms: none (expected: at least one)");
        }
        Require.printable(issuer, "issuer");
        Require.printable(audience, "audience");
        if (issuer.isEmpty()) {
            throw new IllegalArgumentException("issuer: empty (expected: a name)");
        }
        if (audience.isEmpty()) {
            throw new IllegalArgumentException("audience: empty (expected: a name, or none to switch the check off)");
        }
        Require.positive(tokenTtl, "token-ttl");
        Require.between(0, 10_000_000, tokenCache, "token-cache");
        issuers = Collections.unmodifiableMap(new LinkedHashMap<>(issuers));
        requireDifferent(issuer, issuers);
    }

    private static void requireDifferent(String own, Map<String, IssuerOptions> issuers) {
        Set<String> known = new HashSet<>(Set.of(own));
        issuers.forEach((name, external) -> {
            Require.name(name, "issuers");
            if (!known.add(external.issuer())) {
                throw new IllegalArgumentException("issuers." + name + ".issuer: " + external.issuer()
                        + " (expected: one that is neither our own nor another's)");
            }
        });
    }

    public AuthOptions withSecret(Secret secret) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withKeyFile(Optional<Path> keyFile) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withAlgorithms(List<TokenAlgorithm> algorithms) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withIssuer(String issuer) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withAudience(String audience) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withTokenTtl(Duration tokenTtl) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withUsersFile(Optional<Path> usersFile) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withKeysFile(Optional<Path> keysFile) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withFailureLimit(Allowance failureLimit) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withLoginLimit(LoginLimitOptions loginLimit) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withSessions(SessionOptions sessions) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withPasswords(PasswordOptions passwords) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withTokenCache(int tokenCache) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withIssuers(Map<String, IssuerOptions> issuers) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    public AuthOptions withClientCertificates(ClientCertificateOptions clientCertificates) {
        return new AuthOptions(
                secret,
                keyFile,
                algorithms,
                issuer,
                audience,
                tokenTtl,
                usersFile,
                keysFile,
                failureLimit,
                loginLimit,
                sessions,
                passwords,
                tokenCache,
                issuers,
                clientCertificates);
    }

    /** With one more external issuer, or another in the place of that name. */
    public AuthOptions withIssuer(String name, IssuerOptions external) {
        Map<String, IssuerOptions> more = new LinkedHashMap<>(issuers);
        more.put(name, external);
        return withIssuers(more);
    }

    /** With the file of the asymmetric key. */
    public AuthOptions withKeyFile(Path keyFile) {
        return withKeyFile(Optional.of(keyFile));
    }

    /** With the file of the users. */
    public AuthOptions withUsersFile(Path usersFile) {
        return withUsersFile(Optional.of(usersFile));
    }

    /** With the file of the API keys. */
    public AuthOptions withKeysFile(Path keysFile) {
        return withKeysFile(Optional.of(keysFile));
    }
}
