package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Changes a users file: one editor at a time (a lock file beside it), and for readers in one step, so that they see the
 * old content or the new. What it writes only its owner can read. Comments in the file are lost.
 */
public final class UsersFileEditor {

    private static final int MAX_PASSWORD = LoginRequest.MAX_PASSWORD;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final PasswordHasher hasher;

    /**
     * @param path the file; it is made when the first user is added
     */
    public UsersFileEditor(Path path) {
        this(path, new Argon2id());
    }

    UsersFileEditor(Path path, PasswordHasher hasher) {
        this.path = path.toAbsolutePath();
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
        return Files.exists(path) ? UsersFile.read(path) : Map.of();
    }

    private boolean edit(Edit edit) throws IOException {
        if (Files.isSymbolicLink(path)) {
            throw new IOException("users file " + path + ": is a symbolic link (expected: the file itself)");
        }
        Path parent = Optional.ofNullable(path.getParent()).orElse(path);
        Files.createDirectories(parent);
        Path lock = path.resolveSibling(path.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(
                        lock,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                        ownerOnly(parent));
                FileLock held = channel.lock()) {
            Map<String, User> users = new LinkedHashMap<>(present());
            boolean changed = held.isValid() && edit.apply(users);
            if (changed) {
                replace(parent, UsersYaml.write(users.values()));
            }
            return changed;
        }
    }

    private void replace(Path parent, byte[] content) throws IOException {
        if (content.length > UsersFile.MAX_SIZE) {
            throw new IOException("users file " + path + ": would have more than 2MB (expected: at most 2MB)");
        }
        Path fresh = Files.createTempFile(parent, "." + path.getFileName(), ".new", ownerOnly(parent));
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path directory) throws IOException {
        return Files.getFileStore(directory).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    /** Changes the users in place and says whether it has. */
    private interface Edit {
        boolean apply(Map<String, User> users);
    }
}
