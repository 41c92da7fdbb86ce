package io.inferenceproxy.auth;

import java.util.Optional;
import java.util.Set;

/**
 * What the claims of one issuer's tokens must say, and how they make a caller.
 *
 * @param issuer what {@code iss} must be, to the letter
 * @param audience what {@code aud} must be or have
 * @param kept which other claims are kept with the caller, by name or path
 * @param mapped how an external issuer's claims become roles and scopes; empty for our own, which say so themselves
 */
record CallerRules(String issuer, String audience, Set<String> kept, Optional<MappedGrants> mapped) {

    static CallerRules own(AuthOptions options, Set<String> kept) {
        return new CallerRules(options.issuer(), options.audience(), kept, Optional.empty());
    }

    static CallerRules external(IssuerOptions options, Set<String> kept) {
        return new CallerRules(options.issuer(), options.audience(), kept, Optional.of(MappedGrants.of(options)));
    }

    /** Our own issuer; empty where these are the rules of another. */
    String own() {
        return mapped.isEmpty() ? issuer : "";
    }
}
