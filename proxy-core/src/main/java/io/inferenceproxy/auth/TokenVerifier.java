package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import java.security.GeneralSecurityException;
import java.util.Set;

/**
 * Verifies the tokens of one issuer, strictly (RFC 8725): what is configured decides, never what the token says.
 *
 * <p>It remembers nothing and waits for nothing, but computes: an EC signature takes about a millisecond. It never throws;
 * whatever goes wrong is a refusal. Safe for many threads.
 */
public final class TokenVerifier {

    private final TokenKeys keys;
    private final CallerRules rules;
    private final Ticker ticker;

    /** For the proxy's own tokens. */
    public TokenVerifier(AuthOptions options, SigningKeys keys, Ticker ticker) {
        this(options, Set.of(), keys, ticker);
    }

    /**
     * For the proxy's own tokens.
     *
     * @param kept which claims the callers have beside subject, roles and scopes
     */
    public TokenVerifier(AuthOptions options, Set<String> kept, SigningKeys keys, Ticker ticker) {
        this(CallerRules.own(options, kept), keys::keyOf, ticker);
    }

    TokenVerifier(CallerRules rules, TokenKeys keys, Ticker ticker) {
        this.keys = keys;
        this.rules = rules;
        this.ticker = ticker;
    }

    /** Makes all checks, in the order of {@link TokenCheck}, up to the first that fails. */
    public TokenVerdict verify(String token) {
        try {
            return confirm(examine(token));
        } catch (TokenRefusal refusal) {
            return refusal.verdict();
        }
    }

    /** The checks that cost next to nothing: everything before the signature. */
    Examined examine(String token) throws TokenRefusal {
        try {
            return examine(UnverifiedToken.parse(token));
        } catch (RuntimeException | StackOverflowError surprise) {
            throw new TokenRefusal(TokenCheck.HEADER, surprise.getClass().getName());
        }
    }

    /** The same for a token that was taken apart already. */
    Examined examine(UnverifiedToken token) throws TokenRefusal {
        return new Examined(token, keys.keyOf(token));
    }

    /** The signature, and then the claims. */
    TokenVerdict confirm(Examined examined) {
        TokenCheck stage = TokenCheck.SIGNATURE;
        try {
            UnverifiedToken token = examined.token;
            if (!examined.key.verifies(token.signed(), token.signature())) {
                return new TokenVerdict.Refused(
                        TokenCheck.SIGNATURE,
                        "not signed with " + (rules.mapped().isEmpty() ? "our key" : "the issuer's key"));
            }
            stage = TokenCheck.PAYLOAD;
            return new TokenVerdict.Accepted(
                    TokenClaims.callerOf(token.claims(), rules, ticker.now()), TokenMark.of(token, rules.own()));
        } catch (TokenRefusal refusal) {
            return refusal.verdict();
        } catch (GeneralSecurityException | RuntimeException | StackOverflowError surprise) {
            return new TokenVerdict.Refused(stage, surprise.getClass().getName());
        }
    }

    /** A token that has passed the checks before the signature, and the key that must have signed it. */
    record Examined(UnverifiedToken token, SigningKey key) {

        /** Whether checking the signature is so cheap that an I/O thread may do it. */
        boolean isCheap() {
            return key.algorithm().isSymmetric();
        }
    }
}
