package io.inferenceproxy.auth;

/** The keys that tokens of one issuer may be signed with. Safe for many threads; waits for nothing. */
interface TokenKeys {

    /**
     * The key that must have signed the token: found by configuration, the token only chooses among what is there.
     *
     * @throws TokenRefusal of {@link TokenCheck#ALGORITHM} when no configured algorithm is the token's, of
     *     {@link TokenCheck#KEY} when there is no such key now
     */
    SigningKey keyOf(UnverifiedToken token) throws TokenRefusal;
}
