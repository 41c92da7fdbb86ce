package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Changes users as people do, by name and password; wherever they are kept. It blocks. */
public final class UsersEditor {

    private static final int MAX_PASSWORD = LoginRequest.MAX_PASSWORD;
    private static final int PAGE = 1_000;

    private final UserDirectory users;
    private final PasswordHasher hasher;

    /**
     * @param users where they are kept
     * @param passwords what a hash costs
     */
    public UsersEditor(UserDirectory users, PasswordOptions passwords) {
        this(users, new PasswordHashes(passwords));
    }

    UsersEditor(UserDirectory users, PasswordHasher hasher) {
        this.users = users;
        this.hasher = hasher;
    }

    /**
     * For users in a file. Comments in it are lost, and what is written only its owner can read.
     *
     * @param path the file; it is made when the first user is added
     * @throws IllegalArgumentException when it is wrong
     * @throws IOException when it cannot be read
     */
    public static UsersEditor ofFile(Path path) throws IOException {
        return new UsersEditor(UsersFile.openOrEmpty(path, Runnable::run, Ticker.system()), PasswordOptions.DEFAULT);
    }

    /** All users, by name. */
    public List<User> list() {
        List<User> all = new ArrayList<>();
        List<User> page = users.page("", PAGE);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = users.page(page.get(page.size() - 1).name(), PAGE);
        }
        return all;
    }

    /** Whether there is a user of exactly this name. */
    public boolean has(String name) {
        return users.user(name).isPresent();
    }

    /**
     * Adds a user, enabled.
     *
     * @return whether the name was free; if not, nothing is changed
     * @throws IllegalArgumentException when the name, a role or the password cannot be used
     */
    public boolean add(String name, Secret password, Collection<String> roles) {
        return users.add(new User(name, hash(password), Set.copyOf(roles), true));
    }

    /**
     * Removes a user.
     *
     * @return what came of it: done, or the last who could manage users stays; nothing where there is no such user
     */
    public Optional<UserDirectory.Outcome> remove(String name) {
        return change(name, user -> Optional.empty());
    }

    /**
     * Disables a user.
     *
     * @return what came of it: done, or the last who could manage users stays; nothing where there is no such user
     */
    public Optional<UserDirectory.Outcome> disable(String name) {
        return change(name, user -> Optional.of(user.withEnabled(false)));
    }

    /**
     * Gives a user another password.
     *
     * @return whether there is such a user
     */
    public boolean passwd(String name, Secret password) {
        Secret hash = hash(password);
        return change(name, user -> Optional.of(user.withPassword(hash))).isPresent();
    }

    /** Tries again for as long as others change the same user at the same time. */
    private Optional<UserDirectory.Outcome> change(String name, Function<User, Optional<User>> next) {
        Optional<User> seen = users.user(name);
        while (seen.isPresent()) {
            User user = seen.get();
            UserDirectory.Outcome outcome = users.change(user, next.apply(user));
            if (outcome != UserDirectory.Outcome.STALE) {
                return Optional.of(outcome);
            }
            seen = users.user(name);
        }
        return Optional.empty();
    }

    private Secret hash(Secret password) {
        String text = password.reveal();
        if (text.isEmpty() || text.length() > MAX_PASSWORD || !StrictJson.isEncodable(text)) {
            throw new IllegalArgumentException(
                    "password: empty, too long or no text (expected: 1 to " + MAX_PASSWORD + " characters)");
        }
        return hasher.hash(password);
    }
}
