package io.inferenceproxy.auth;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An external issuer whose tokens are taken: what they must say, and where the keys are that they are signed with.
 */
public record IssuerOptions(
        @Setting("What its tokens have as iss, to the letter; without jwks-url also where OIDC discovery begins")
        String issuer,

        @Setting("Where its keys are (JWKS), https; without it they are found by OIDC discovery")
        Optional<URI> jwksUrl,

        @Setting("Audience (aud) that its tokens must be meant for, inference by default; none switches the check off")
        String audience,

        @Setting("Algorithms that its tokens may be signed with, RS256 by default; none of the HS ones")
        List<TokenAlgorithm> algorithms,

        @Setting("Which roles its callers have") IssuerRolesOptions roles,

        @Setting("Claim with the scopes, separated by spaces or as an array, scope by default; empty for none")
        String scopeClaim,

        @Setting("How often the keys are fetched anew, in the background; 10m by default")
        Duration refresh,

        @Setting(
                "How soon the keys are fetched again, after a failure or for a token that names an unknown one; 30s by default")
        Duration retry,

        @Setting(
                "How long keys hold that could not be fetched anew, 4h by default; then its tokens cannot be checked and get 503")
        Duration keep,

        @Setting("Longest time for one answer of the issuer; 2s by default")
        Duration timeout,

        @Setting(
                "PEM file with the authorities whose certificates are believed of the issuer, in place of those that Java trusts")
        Optional<Path> ca) {

    /** An issuer with RS256 keys that discovery finds, whose callers have no roles. */
    public static IssuerOptions of(String issuer) {
        return new IssuerOptions(
                issuer,
                Optional.empty(),
                "inference",
                List.of(TokenAlgorithm.RS256),
                IssuerRolesOptions.DEFAULT,
                "scope",
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                Duration.ofHours(4),
                Duration.ofSeconds(2),
                Optional.empty());
    }

    public IssuerOptions {
        Require.printable(issuer, "issuer");
        if (issuer.isEmpty()) {
            throw new IllegalArgumentException("issuer: empty (expected: what its tokens have as iss)");
        }
        if (jwksUrl.isPresent()) {
            IssuerUrls.require(jwksUrl.get(), "jwks-url");
        } else {
            IssuerUrls.requireDiscoverable(issuer);
        }
        Require.printable(audience, "audience");
        if (audience.isEmpty()) {
            throw new IllegalArgumentException("audience: empty (expected: a name, or none to switch the check off)");
        }
        algorithms = List.copyOf(algorithms);
        if (algorithms.isEmpty() || algorithms.stream().anyMatch(TokenAlgorithm::isSymmetric)) {
            throw new IllegalArgumentException(
                    "algorithms: " + algorithms + " (expected: at least one, with public keys: RS, PS, ES or Ed25519)");
        }
        Require.printable(scopeClaim, "scope-claim");
        Require.positive(refresh, "refresh");
        Require.positive(retry, "retry");
        Require.positive(keep, "keep");
        Require.positive(timeout, "timeout");
        if (keep.compareTo(refresh) < 0) {
            throw new IllegalArgumentException("keep: shorter than refresh (expected: as long or longer)");
        }
    }

    public IssuerOptions withIssuer(String issuer) {
        return new IssuerOptions(
                issuer, jwksUrl, audience, algorithms, roles, scopeClaim, refresh, retry, keep, timeout, ca);
    }

    public IssuerOptions withJwksUrl(Optional<URI> jwksUrl) {
        return new IssuerOptions(
                issuer, jwksUrl, audience, algorithms, roles, scopeClaim, refresh, retry, keep, timeout, ca);
    }

    public IssuerOptions withAudience(String audience) {
        return new IssuerOptions(
                issuer, jwksUrl, audience, algorithms, roles, scopeClaim, refresh, retry, keep, timeout, ca);
    }

    public IssuerOptions withAlgorithms(List<TokenAlgorithm> algorithms) {
        return new IssuerOptions(
                issuer, jwksUrl, audience, algorithms, roles, scopeClaim, refresh, retry, keep, timeout, ca);
    }

    public IssuerOptions withRoles(IssuerRolesOptions roles) {
        return new IssuerOptions(
                issuer, jwksUrl, audience, algorithms, roles, scopeClaim, refresh, retry, keep, timeout, ca);
    }

    public IssuerOptions withScopeClaim(String scopeClaim) {
        return new IssuerOptions(
                issuer, jwksUrl, audience, algorithms, roles, scopeClaim, refresh, retry, keep, timeout, ca);
    }

    public IssuerOptions withRefresh(Duration refresh) {
        return new IssuerOptions(
                issuer, jwksUrl, audience, algorithms, roles, scopeClaim, refresh, retry, keep, timeout, ca);
    }

    public IssuerOptions withRetry(Duration retry) {
        return new IssuerOptions(
                issuer, jwksUrl, audience, algorithms, roles, scopeClaim, refresh, retry, keep, timeout, ca);
    }

    public IssuerOptions withKeep(Duration keep) {
        return new IssuerOptions(
                issuer, jwksUrl, audience, algorithms, roles, scopeClaim, refresh, retry, keep, timeout, ca);
    }

    public IssuerOptions withTimeout(Duration timeout) {
        return new IssuerOptions(
                issuer, jwksUrl, audience, algorithms, roles, scopeClaim, refresh, retry, keep, timeout, ca);
    }

    /** Believing these authorities alone when its keys are fetched. */
    public IssuerOptions withCa(Path ca) {
        return new IssuerOptions(
                issuer,
                jwksUrl,
                audience,
                algorithms,
                roles,
                scopeClaim,
                refresh,
                retry,
                keep,
                timeout,
                Optional.of(ca));
    }

    /** With the address of its keys. */
    public IssuerOptions withJwksUrl(URI jwksUrl) {
        return withJwksUrl(Optional.of(jwksUrl));
    }
}
