package io.inferenceproxy.auth;

import io.inferenceproxy.call.Caller;
import java.util.List;

/** What {@link TokenVerifier} found. */
public sealed interface TokenVerdict {

    /**
     * The token is good.
     *
     * @param caller whose it is
     * @param mark what it is known by when it is revoked
     */
    record Accepted(Caller.Identified caller, TokenMark mark) implements TokenVerdict {
        @Override
        public List<TokenCheck> passed() {
            return List.of(TokenCheck.values());
        }
    }

    /**
     * The token is not good.
     *
     * @param check the first check that failed
     * @param reason why, without control characters; for the log and the operator, never for the caller
     */
    record Refused(TokenCheck check, String reason) implements TokenVerdict {
        @Override
        public List<TokenCheck> passed() {
            return List.of(TokenCheck.values()).subList(0, check.ordinal());
        }
    }

    /** The checks that were passed, in order; those after a failed one were not made. */
    List<TokenCheck> passed();
}
