package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;

/** All hashes of passwords that are understood: argon2id, which is made here, and what other systems have made. */
final class PasswordHashes implements PasswordHasher {

    private final Argon2id argon2id;

    PasswordHashes(PasswordOptions options) {
        this.argon2id = new Argon2id(options);
    }

    static boolean isReadable(Secret hash) {
        return Argon2id.isReadable(hash) || Bcrypt.isReadable(hash) || Pbkdf2.isReadable(hash);
    }

    @Override
    public Secret hash(Secret password) {
        return argon2id.hash(password);
    }

    @Override
    public boolean matches(Secret password, Secret hash) {
        if (Bcrypt.isReadable(hash)) {
            return Bcrypt.matches(password, hash);
        }
        return Pbkdf2.isReadable(hash) ? Pbkdf2.matches(password, hash) : argon2id.matches(password, hash);
    }

    @Override
    public boolean isOutdated(Secret hash) {
        return argon2id.isOutdated(hash);
    }

    @Override
    public Secret unmatchable() {
        return argon2id.unmatchable();
    }
}
