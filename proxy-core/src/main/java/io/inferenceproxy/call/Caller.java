package io.inferenceproxy.call;

import java.time.Instant;
import java.util.Set;

/** Who makes a call. A caller is the pair of issuer and subject: the same subject of two issuers is two callers. */
public sealed interface Caller {

    /** Nobody has said who they are. */
    Caller ANONYMOUS = new Anonymous();

    /** A caller without credentials. */
    record Anonymous() implements Caller {}

    /**
     * A caller whose credentials were verified.
     *
     * @param issuer who vouches for the subject
     * @param external whether the issuer is not the proxy itself
     * @param subject the caller's name; no control characters
     * @param roles what the caller is
     * @param scopes what the credentials allow
     * @param expiry when the credentials end; {@link Instant#MAX} for never
     * @param claims what else the credentials say, as far as the configuration asks for it
     * @param apiKey the identifier of the API key that they are; empty for others
     */
    record Identified(
            String issuer,
            boolean external,
            String subject,
            Set<String> roles,
            Set<String> scopes,
            Instant expiry,
            Claims claims,
            String apiKey)
            implements Caller {

        /** A caller without an API key. */
        public Identified(
                String issuer,
                boolean external,
                String subject,
                Set<String> roles,
                Set<String> scopes,
                Instant expiry,
                Claims claims) {
            this(issuer, external, subject, roles, scopes, expiry, claims, "");
        }

        /** A caller without further claims. */
        public Identified(
                String issuer,
                boolean external,
                String subject,
                Set<String> roles,
                Set<String> scopes,
                Instant expiry) {
            this(issuer, external, subject, roles, scopes, expiry, Claims.NONE);
        }

        public Identified withClaims(Claims claims) {
            return new Identified(issuer, external, subject, roles, scopes, expiry, claims, apiKey);
        }

        public Identified withApiKey(String apiKey) {
            return new Identified(issuer, external, subject, roles, scopes, expiry, claims, apiKey);
        }

        public Identified {
            if (subject.isEmpty() || subject.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("subject: empty or with control characters");
            }
            roles = Set.copyOf(roles);
            scopes = Set.copyOf(scopes);
        }
    }
}
