package io.inferenceproxy.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;

/** Checks who owns a file and who may touch it; where the file system knows no such thing, nothing is refused. */
final class FileGuard {

    private FileGuard() {}

    /** Refuses what another user owns, or everybody may write to. */
    static void requireOwn(Path path, String what) throws IOException {
        if (!isPosix(path)) {
            return;
        }
        UserPrincipal owner = Files.getOwner(path);
        Optional<UserPrincipal> self = self();
        if (self.isPresent() && !self.get().equals(owner)) {
            throw new CommandFailure(
                    ExitCode.LOCAL,
                    what + path + ": owned by " + owner.getName() + " (expected: "
                            + self.get().getName() + ", who runs this)");
        }
        if (Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new CommandFailure(
                    ExitCode.LOCAL,
                    what + path + ": everybody may write to it (expected: mode 0700; chmod 700 " + path + ")");
        }
    }

    /** Refuses a link, what another user owns, and what others may read. */
    static void requirePrivate(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            throw new CommandFailure(ExitCode.LOCAL, file + ": is a link (expected: a file)");
        }
        if (!isPosix(file)) {
            return;
        }
        requireOwn(file, "");
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        for (PosixFilePermission permission : permissions) {
            if (!permission.name().startsWith("OWNER")) {
                throw new CommandFailure(
                        ExitCode.LOCAL,
                        file + ": others may touch it, mode " + PosixFilePermissions.toString(permissions)
                                + " (expected: mode 0600; chmod 600 " + file + ")");
            }
        }
    }

    /** Mode 0600 for a new file, where there are modes. */
    static FileAttribute<?>[] privately(Path path) {
        return isPosix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static Optional<UserPrincipal> self() {
        try {
            Path process = Path.of("/proc/self");
            if (Files.exists(process)) {
                return Optional.of(Files.getOwner(process));
            }
            return Optional.of(process.getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(System.getProperty("user.name", "")));
        } catch (IOException | UnsupportedOperationException unknown) {
            return Optional.empty();
        }
    }
}
