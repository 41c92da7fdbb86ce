package io.inferenceproxy.auth;

import java.util.List;
import java.util.Optional;

/**
 * A store of users that can be managed while the proxy runs. Safe for many threads.
 *
 * <ol>
 *   <li>All of it is called on the workers and may block.
 *   <li>What a change has returned for is kept, whatever happens to the process afterwards, and this store answers by it.
 *   <li>Of several who change the same user at once, one succeeds.
 *   <li>There is always somebody left to manage users, once there was: the last enabled user with the role {@value #ADMIN}
 *       does not go.
 *   <li>A store that cannot be asked or written throws a {@link StoreException}.
 * </ol>
 */
public interface UserDirectory extends UserStore {

    /** The role of those who manage users and keys. */
    String ADMIN = "admin";

    /** What came of a change. */
    enum Outcome {
        /** It is done. */
        DONE,
        /** The user has changed since they were seen, or is gone. */
        STALE,
        /** It would have taken the last who could manage users. */
        LAST_ADMIN
    }

    /**
     * Users in the order of their names.
     *
     * @param after begins behind this name; empty: with the first
     * @param most how many at most
     */
    List<User> page(String after, int most);

    /** Keeps a new user, unless there is one of this name; says whether it has. */
    boolean add(User user);

    /**
     * Puts a user in the place of the same one as they were seen, or removes them.
     *
     * @param next empty to remove them
     */
    Outcome change(User seen, Optional<User> next);
}
