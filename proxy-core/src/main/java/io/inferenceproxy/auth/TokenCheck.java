package io.inferenceproxy.auth;

import java.util.Locale;

/** A check that a token must pass; they are made in this order, and the first that fails ends it. */
public enum TokenCheck {
    /** Three parts of base64url, at most 8 KB (RFC 7515 section 7.1). */
    SHAPE,
    /** A JSON object with an acceptable {@code typ}, and nothing that would change how the token is read. */
    HEADER,
    /** One of the configured algorithms. */
    ALGORITHM,
    /** The key that {@code kid} names, where it names one, is ours. */
    KEY,
    /** The signature is that of the key. */
    SIGNATURE,
    /** A JSON object. */
    PAYLOAD,
    /** {@code iss} is the configured issuer. */
    ISSUER,
    /** {@code aud} is or has the configured audience. */
    AUDIENCE,
    /** {@code sub} names someone. */
    SUBJECT,
    /** {@code exp} is there and not past. */
    EXPIRY,
    /** {@code nbf} is not ahead. */
    NOT_BEFORE,
    /** {@code iat} is not ahead. */
    ISSUED_AT,
    /** {@code roles} and {@code scope} are well-formed. */
    GRANTS;

    /** The name for people, such as {@code not before}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
