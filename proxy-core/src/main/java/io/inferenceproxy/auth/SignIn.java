package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a name and a password belong together, and begins a session if they do. Hashes and asks stores, so it is
 * for the workers.
 */
final class SignIn {

    private static final Logger LOG = LoggerFactory.getLogger(SignIn.class);

    private final UserStore users;
    private final PasswordHasher hasher;
    private final Secret unmatchable;
    private final Sessions sessions;
    private final RefusalPace pace;

    /**
     * @param pace learns how long a comparison took
     */
    SignIn(UserStore users, PasswordHasher hasher, Sessions sessions, RefusalPace pace) {
        this.users = users;
        this.hasher = hasher;
        this.unmatchable = hasher.unmatchable();
        this.sessions = sessions;
        this.pace = pace;
    }

    /**
     * Costs the same whether there is such a user or not.
     *
     * @param trail told of who gets in; what it throws ends the session again
     */
    Outcome attempt(LoginRequest request, Runnable trail) {
        Secret password = request.password();
        Optional<User> user = users.user(request.username());
        long start = pace.now();
        boolean matches = hasher.matches(password, user.map(User::password).orElse(unmatchable));
        pace.compared(start);
        if (user.isEmpty()) {
            return new Outcome.Refused("unknown user");
        }
        if (!matches || !user.get().enabled()) {
            return new Outcome.Refused(matches ? "disabled user" : "wrong password");
        }
        return opened(upgraded(user.get(), password), password, trail);
    }

    private Outcome opened(User user, Secret password, Runnable trail) {
        Sessions.Grant grant = sessions.open(user);
        boolean good = false;
        try {
            if (hasChanged(user, password)) {
                return new Outcome.Refused("changed user");
            }
            trail.run();
            good = true;
            return new Outcome.Granted(grant);
        } finally {
            if (!good) {
                sessions.end(grant);
            }
        }
    }

    /** Nobody is refused because it could not be done: the file may be one that others look after. */
    private User upgraded(User user, Secret password) {
        if (users instanceof UserDirectory directory && hasher.isOutdated(user.password())) {
            try {
                User next = user.withPassword(hasher.hash(password));
                return directory.change(user, Optional.of(next)) == UserDirectory.Outcome.DONE ? next : user;
            } catch (StoreException unwritable) {
                LOG.info(
                        "the hash of a password is outdated, and stays so: {}",
                        String.valueOf(unwritable.getMessage()));
            }
        }
        return user;
    }

    /**
     * Whether the user is not any more who logged in. A session that began after a revocation outlives it, so what the
     * revocation was for is looked for after the session has begun: a change is seen here, or its revocation ends the session.
     */
    private boolean hasChanged(User seen, Secret password) {
        Optional<User> present = users.userNow(seen.name());
        return present.isEmpty()
                || !present.get().enabled()
                || !present.get().roles().equals(seen.roles())
                || !present.get().password().equals(seen.password())
                        && !hasher.matches(password, present.get().password());
    }

    /** What came of an attempt. */
    sealed interface Outcome {

        /** They are in. */
        record Granted(Sessions.Grant grant) implements Outcome {}

        /**
         * They are not.
         *
         * @param reason why, for the log and the trail alone
         */
        record Refused(String reason) implements Outcome {}
    }
}
