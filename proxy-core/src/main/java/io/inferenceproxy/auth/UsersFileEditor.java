package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes a users file: one editor at a time (a lock file beside it), and for readers in one step, so that they see the
 * old content or the new. What it writes only its owner can read. Comments in the file are lost.
 */
public final class UsersFileEditor {

    private static final int MAX_PASSWORD = LoginRequest.MAX_PASSWORD;

    private final StoreFile file;
    private final PasswordHasher hasher;

    /**
     * @param path the file; it is made when the first user is added
     */
    public UsersFileEditor(Path path) {
        this(path, PasswordOptions.DEFAULT);
    }

    /**
     * @param path the file; it is made when the first user is added
     * @param passwords what a hash costs
     */
    public UsersFileEditor(Path path, PasswordOptions passwords) {
        this(path, new PasswordHashes(passwords));
    }

    UsersFileEditor(Path path, PasswordHasher hasher) {
        this.file = UsersFile.file(path);
        this.hasher = hasher;
    }

    /** The users by name; none when there is no file. */
    public List<User> list() throws IOException {
        return present().values().stream()
                .sorted(Comparator.comparing(User::name))
                .toList();
    }

    /**
     * Adds a user, enabled.
     *
     * @return whether the name was free; if not, nothing is changed
     * @throws IllegalArgumentException when the name, a role or the password cannot be used, or the file is wrong
     */
    public boolean add(String name, Secret password, Collection<String> roles) throws IOException {
        User user = new User(name, hash(password), Set.copyOf(roles), true);
        return edit(users -> users.putIfAbsent(name, user) == null);
    }

    /**
     * Removes a user.
     *
     * @return whether there was one
     */
    public boolean remove(String name) throws IOException {
        return edit(users -> users.remove(name) != null);
    }

    /**
     * Gives a user another password.
     *
     * @return whether there is such a user
     */
    public boolean passwd(String name, Secret password) throws IOException {
        Secret hash = hash(password);
        return edit(users -> users.computeIfPresent(name, (same, user) -> user.withPassword(hash)) != null);
    }

    private Secret hash(Secret password) {
        String text = password.reveal();
        if (text.isEmpty() || text.length() > MAX_PASSWORD || !StrictJson.isEncodable(text)) {
            throw new IllegalArgumentException(
                    "password: empty, too long or no text (expected: 1 to " + MAX_PASSWORD + " characters)");
        }
        return hasher.hash(password);
    }

    private Map<String, User> present() throws IOException {
        return file.exists() ? UsersFile.read(file) : Map.of();
    }

    private boolean edit(Edit edit) throws IOException {
        return file.locked(() -> {
            Map<String, User> users = new LinkedHashMap<>(present());
            boolean changed = edit.apply(users);
            if (changed) {
                file.replace(UsersYaml.write(users.values()));
            }
            return changed;
        });
    }

    /** Changes the users in place and says whether it has. */
    private interface Edit {
        boolean apply(Map<String, User> users);
    }
}
