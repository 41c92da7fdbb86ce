package io.inferenceproxy.auth;

import io.inferenceproxy.units.DataSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that several processes keep records in: one of them changes it at a time (a lock file beside it), and readers see
 * the content before a change or after it, also when a process or the machine stops in the middle. What it writes only its
 * owner can read.
 */
final class StoreFile {

    private static final Logger LOG = LoggerFactory.getLogger(StoreFile.class);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** A file lock is the process's, so the threads of this one take turns at another; there are few files. */
    private static final Map<Path, Object> TURNS = new ConcurrentHashMap<>();

    private final Path path;
    private final String name;
    private final DataSize most;

    /**
     * @param kind what it is, for messages, such as {@code users file}
     * @param most how much is read and written at most
     */
    StoreFile(Path path, String kind, DataSize most) {
        this.path = path.toAbsolutePath();
        this.name = kind + " " + path;
        this.most = most;
    }

    Path path() {
        return path;
    }

    boolean exists() {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * All of its content.
     *
     * @throws IllegalArgumentException when it is too large, or anyone may write it
     * @throws java.nio.file.NoSuchFileException when it is not there
     */
    byte[] read() throws IOException {
        requireUnwritableByOthers();
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(Math.toIntExact(most.bytes()) + 1);
        }
        if (bytes.length > most.bytes()) {
            throw wrong("more than " + most + " (expected: at most " + most + ")");
        }
        return bytes;
    }

    /** Does something while no other process or thread changes the file. */
    <T> T locked(Work<T> work) throws IOException {
        if (Files.isSymbolicLink(path)) {
            throw new IOException(name + ": is a symbolic link (expected: the file itself)");
        }
        Files.createDirectories(directory());
        Path lock = path.resolveSibling(path.getFileName() + ".lock");
        synchronized (TURNS.computeIfAbsent(lock, same -> new Object())) {
            try (FileChannel channel = FileChannel.open(
                            lock,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                            ownerOnly());
                    FileLock held = channel.lock()) {
                if (!held.isValid()) {
                    throw new IOException(name + ": cannot be locked");
                }
                return work.run();
            }
        }
    }

    /** Puts other content in its place, in one step and for good. Call it {@link #locked}. */
    void replace(byte[] content) throws IOException {
        if (content.length > most.bytes()) {
            throw new IOException(name + ": would have more than " + most + " (expected: at most " + most + ")");
        }
        Path fresh = Files.createTempFile(directory(), "." + path.getFileName(), ".new", ownerOnly());
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                writeAll(channel, content);
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory();
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /**
     * Writes at a place of the file, cuts off what is behind it, and returns when the disk has it. Call it {@link #locked}.
     *
     * @param from where the content begins
     */
    void append(long from, byte[] content) throws IOException {
        if (from + content.length > most.bytes()) {
            throw new IOException(name + ": would have more than " + most + " (expected: at most " + most + ")");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(from);
            channel.position(from);
            writeAll(channel, content);
        }
    }

    /** A complaint about its content. */
    IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(name + ": " + what);
    }

    @Override
    public String toString() {
        return name;
    }

    private static void writeAll(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
        channel.force(true);
    }

    /** Else the new name may be lost when the machine stops. */
    private void forceDirectory() {
        try (FileChannel channel = FileChannel.open(directory(), StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            LOG.debug("{}: its directory cannot be forced to the disk", name, unsupported);
        }
    }

    private Path directory() {
        return Optional.ofNullable(path.getParent()).orElse(path);
    }

    private FileAttribute<?>[] ownerOnly() throws IOException {
        return Files.getFileStore(directory()).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private void requireUnwritableByOthers() throws IOException {
        try {
            if (Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)) {
                throw wrong("anyone may write it (expected: chmod o-w " + path + ")");
            }
        } catch (UnsupportedOperationException notPosix) {
            LOG.debug("no POSIX permissions for {}", path, notPosix);
        }
    }

    /**
     * What there is now.
     *
     * @throws java.nio.file.NoSuchFileException when it is not there
     */
    Version version() throws IOException {
        return Version.of(path);
    }

    /** Something done with the file. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** Tells one content from another without reading it: a replaced file is another file. */
    record Version(FileTime modified, long size, @Nullable Object key) {

        static final Version ABSENT = new Version(FileTime.fromMillis(-1), -1, null);

        static Version of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Version(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }

        /** Whether the other is the same file, so that it has grown at most. */
        boolean isSameFile(Version other) {
            return key != null && key.equals(other.key);
        }
    }
}
