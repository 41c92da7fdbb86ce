package io.inferenceproxy.auth;

import java.util.Optional;

/** Where users are kept. Safe for many threads. */
public interface UserStore {

    /** Without users: nobody can sign in. */
    UserStore NONE = name -> Optional.empty();

    /** The user of exactly this name. Called on the workers; may block. */
    Optional<User> user(String name);

    /** The same, but by all changes until now, whoever made them. */
    default Optional<User> userNow(String name) {
        return user(name);
    }

    /**
     * Whether there is such a user and they are disabled, so that even their good tokens are refused. Called on I/O
     * threads for each call; must not block, and may be late by a second or so.
     */
    default boolean isDisabled(String name) {
        return false;
    }
}
