package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.util.Optional;

/** Where programs are known that get tokens for themselves at {@code POST /oauth2/token}. Safe for many threads. */
@FunctionalInterface
interface ClientStore {

    /**
     * The program of this identifier, if the secret is its own and it may have tokens at present.
     *
     * <p>Called on the workers; may block. An unknown program takes as long as a wrong secret, and secrets are compared in
     * constant time. A {@link StoreException} means that it cannot be known now, and nobody is let in.
     */
    Optional<OAuthClient> client(String id, Secret secret);
}
