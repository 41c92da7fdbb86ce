package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;

/**
 * An API key fresh from the mint.
 *
 * @param text the key itself, shown once: from here on nobody but its owner knows it
 * @param key what is kept of it
 * @param endsSecret whether a secret that was good before it is good no longer, and what was got with it must end
 */
public record IssuedKey(Secret text, ApiKey key, boolean endsSecret) {}
