package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.util.Set;

/**
 * Someone who may sign in.
 *
 * @param name the exact name; 1 to 256 characters, none of control
 * @param password the hash of the password: argon2id in PHC form, or one of bcrypt or PBKDF2
 * @param roles what tokens for them say
 * @param enabled whether they may sign in, and whether their tokens are taken
 */
public record User(String name, Secret password, Set<String> roles, boolean enabled) {

    public User {
        if (!TokenClaims.isName(name)) {
            throw new IllegalArgumentException("user: no name (expected: 1 to 256 characters, none of control)");
        }
        for (String role : roles) {
            if (!TokenClaims.isName(role)) {
                throw new IllegalArgumentException("role: no name (expected: 1 to 256 characters, none of control)");
            }
        }
        roles = Set.copyOf(roles);
    }

    public User withRoles(Set<String> roles) {
        return new User(name, password, roles, enabled);
    }

    public User withEnabled(boolean enabled) {
        return new User(name, password, roles, enabled);
    }

    public User withPassword(Secret password) {
        return new User(name, password, roles, enabled);
    }
}
