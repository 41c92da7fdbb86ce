package io.inferenceproxy.auth;

/**
 * One external issuer at run time.
 *
 * @param name how the configuration calls it
 * @param verifier of its tokens
 * @param keys what they are signed with
 */
record ExternalIssuer(String name, TokenVerifier verifier, RemoteKeys keys) {}
