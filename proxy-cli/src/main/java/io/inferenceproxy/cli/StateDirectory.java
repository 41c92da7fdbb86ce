package io.inferenceproxy.cli;

import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The directory in which a single node keeps what must outlive it: the made secret, what callers were
 * charged, and users, keys and sessions when no file is named. Mode
 * 0700, its files 0600; one that others own or may write to is refused, because whoever writes there decides who gets in.
 */
final class StateDirectory {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final Path path;

    private StateDirectory(Path path) {
        this.path = path;
    }

    /** The one that is named, else that of the user. */
    static StateDirectory locate(Optional<Path> named, Surroundings surroundings) {
        Path base = surroundings.workingDirectory();
        if (named.isPresent()) {
            return new StateDirectory(base.resolve(named.get()));
        }
        String xdg = surroundings.variable("XDG_STATE_HOME");
        // By the XDG specification a relative path there is to be ignored.
        if (!xdg.isEmpty() && Path.of(xdg).isAbsolute()) {
            return new StateDirectory(Path.of(xdg, RootCommand.NAME));
        }
        String home = surroundings.variable("HOME");
        String user = home.isEmpty() ? System.getProperty("user.home", "") : home;
        if (user.isEmpty() || user.equals("?")) {
            throw new CommandFailure(
                    ExitCode.LOCAL, "state directory: none, since HOME is not set (expected: --state-dir DIR)");
        }
        return new StateDirectory(Path.of(user, ".local", "state", RootCommand.NAME));
    }

    Path path() {
        return path;
    }

    /** The users when no file is named; need not be there. */
    Path usersFile() {
        return path.resolve("users.yaml");
    }

    /** The keys that sign tokens when no file is named; need not be there. */
    Path signingKeysFile() {
        return path.resolve("signing-keys.json");
    }

    /** The API keys when no file is named; need not be there. */
    Path keysFile() {
        return path.resolve("keys.jsonl");
    }

    /** Sessions and revocations when no file is named; need not be there. */
    Path sessionsFile() {
        return path.resolve("sessions.jsonl");
    }

    /** What callers were charged when no file is named; need not be there. */
    Path limitsJournal() {
        return path.resolve("limits.journal");
    }

    /** Whether it is there; a command that only looks makes none. */
    boolean exists() {
        return Files.isDirectory(path);
    }

    /**
     * Makes it when it is not there and checks who else may touch it.
     *
     * @throws CommandFailure when it cannot be used
     */
    StateDirectory open() {
        try {
            if (!Files.exists(path)) {
                create(path.toAbsolutePath());
            }
            if (!Files.isDirectory(path)) {
                throw new CommandFailure(
                        ExitCode.LOCAL, "state directory " + path + ": is a file (expected: a directory)");
            }
            FileGuard.requireOwn(path, "state directory ");
        } catch (IOException failed) {
            throw new CommandFailure(
                    ExitCode.LOCAL,
                    "state directory " + path + ": cannot be used, "
                            + failed.getClass().getSimpleName()
                            + " (expected: a directory that this user may write to, or --state-dir DIR)",
                    failed);
        }
        return this;
    }

    /** The secret of this node: the one that is there, else a new one. Safe between threads and processes. */
    MadeSecret secret() {
        return MadeSecret.in(open().path.resolve("secret"));
    }

    /** The secret that is there, if there is one; makes nothing. */
    Optional<Secret> existingSecret() {
        Path file = path.resolve("secret");
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(MadeSecret.in(file).secret())
                : Optional.empty();
    }

    /**
     * Takes it for one serving process.
     *
     * @throws CommandFailure when another one has it
     */
    StateLock lock() {
        return StateLock.take(open().path);
    }

    private static void create(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (FileGuard.isPosix(parent == null ? directory : parent)) {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
        } else {
            Files.createDirectories(directory);
        }
    }
}
