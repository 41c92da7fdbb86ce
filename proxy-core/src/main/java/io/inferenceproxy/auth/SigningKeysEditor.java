package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Makes and rotates the keys in a key file that is a set: one editor at a time (a lock file beside it), and for readers in
 * one step, so that they see the old content or the new. What it writes only its owner can read.
 */
public final class SigningKeysEditor {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final Ticker ticker;

    /** @param path the file; it is made with the first key */
    public SigningKeysEditor(Path path, Ticker ticker) {
        this.path = path.toAbsolutePath();
        this.ticker = ticker;
    }

    /**
     * Makes a key. Where there is one of the algorithm already the new one verifies only, until {@link #rotate}.
     *
     * @return the name of the key
     * @throws IllegalArgumentException when the file holds something else than a set of keys
     */
    public String generate(TokenAlgorithm algorithm) throws IOException {
        SigningKeySet set = edit(present -> present.withFresh(algorithm, ticker));
        return set.next(algorithm).orElseGet(() -> set.signing(algorithm));
    }

    /**
     * Has the next key sign; a fresh one, where none was made ahead.
     *
     * @param algorithm whose keys; those of the first key when empty
     * @param kept how many of those that have signed go on verifying
     * @return the name of the key that signs now
     * @throws IllegalArgumentException when there is no key of the algorithm, or the file holds something else
     */
    public String rotate(Optional<TokenAlgorithm> algorithm, int kept) throws IOException {
        SigningKeySet set = edit(present -> {
            TokenAlgorithm whose = whose(present, algorithm);
            return present.rotated(whose, kept, ticker);
        });
        return set.signing(whose(set, algorithm));
    }

    private static TokenAlgorithm whose(SigningKeySet set, Optional<TokenAlgorithm> algorithm) {
        return algorithm
                .or(set::algorithm)
                .filter(set::has)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no key" + algorithm.map(name -> " of " + name).orElse("")
                                + " (expected: one that keys signing generate made)"));
    }

    private SigningKeySet edit(UnaryOperator<SigningKeySet> change) throws IOException {
        if (Files.isSymbolicLink(path)) {
            throw new IOException("key file " + path + ": is a symbolic link (expected: the file itself)");
        }
        Path parent = Optional.ofNullable(path.getParent()).orElse(path);
        Files.createDirectories(parent);
        Path lock = path.resolveSibling(path.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(
                        lock,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                        ownerOnly(parent));
                FileLock held = channel.lock()) {
            SigningKeySet changed = change.apply(present());
            if (held.isValid()) {
                replace(parent, changed.write());
            }
            return changed;
        }
    }

    private SigningKeySet present() throws IOException {
        return Files.exists(path) ? SigningKeySet.parse(Files.readAllBytes(path)) : SigningKeySet.empty();
    }

    private void replace(Path parent, byte[] content) throws IOException {
        if (content.length > KeyFileContent.MAX_SIZE) {
            throw new IOException("key file " + path + ": would have more than 64KB (expected: fewer keys)");
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
}
