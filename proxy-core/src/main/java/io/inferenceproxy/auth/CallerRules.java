package io.inferenceproxy.auth;

import java.util.Optional;

/**
 * What the claims of one issuer's tokens must say, and how they make a caller.
 *
 * @param issuer what {@code iss} must be, to the letter
 * @param audience what {@code aud} must be or have
 * @param mapped how an external issuer's claims become roles and scopes; empty for our own, which say so themselves
 */
record CallerRules(String issuer, String audience, Optional<MappedGrants> mapped) {

    static CallerRules own(AuthOptions options) {
        return new CallerRules(options.issuer(), options.audience(), Optional.empty());
    }

    static CallerRules external(IssuerOptions options) {
        return new CallerRules(options.issuer(), options.audience(), Optional.of(MappedGrants.of(options)));
    }

    /** Our own issuer; empty where these are the rules of another. */
    String own() {
        return mapped.isEmpty() ? issuer : "";
    }
}
