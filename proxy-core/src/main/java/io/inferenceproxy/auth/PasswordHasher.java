package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;

/** Makes hashes of passwords and compares with them: slow on purpose, so never on an I/O thread. */
interface PasswordHasher {

    /** A fresh hash with a salt of its own. */
    Secret hash(Secret password);

    /** Whether the hash is that of the password; {@code false} also for a hash that cannot be read. */
    boolean matches(Secret password, Secret hash);

    /** Whether the hash should be made anew, now that its password is at hand: it costs less than a fresh one. */
    default boolean isOutdated(Secret hash) {
        return false;
    }

    /** A hash that no password has and that takes as long to compare with as a fresh one. */
    Secret unmatchable();
}
