package io.inferenceproxy.auth;

import java.util.Map;
import java.util.Optional;

/** The rules of changes to users, for stores that hold them all in a map. */
final class UserChanges {

    private UserChanges() {}

    /** Changes the users in place, where that may be. */
    static UserDirectory.Outcome change(Map<String, User> users, User seen, Optional<User> next) {
        if (!seen.equals(users.get(seen.name()))) {
            return UserDirectory.Outcome.STALE;
        }
        boolean stays = next.filter(UserChanges::isAdmin).isPresent();
        if (isAdmin(seen)
                && !stays
                && users.values().stream().filter(UserChanges::isAdmin).count() == 1) {
            return UserDirectory.Outcome.LAST_ADMIN;
        }
        if (next.isPresent()) {
            users.put(seen.name(), next.get());
        } else {
            users.remove(seen.name());
        }
        return UserDirectory.Outcome.DONE;
    }

    private static boolean isAdmin(User user) {
        return user.enabled() && user.roles().contains(UserDirectory.ADMIN);
    }
}
