package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;

/**
 * An API key fresh from the mint.
 *
 * @param text the key itself, shown once: from here on nobody but its owner knows it
 * @param key what is kept of it
 */
public record IssuedKey(Secret text, ApiKey key) {}
