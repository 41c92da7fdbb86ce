package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users in a YAML file, which is read again when it changes.
 *
 * <p>Whether it has changed is looked up at most once a second, and only when somebody asks for a user. A file that
 * became unreadable or wrong is logged once, and what it held before goes on holding.
 */
public final class UsersFile implements UserStore {

    static final int MAX_SIZE = 2 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(UsersFile.class);
    private static final long RECHECK_NANOS = Duration.ofSeconds(1).toNanos();

    private final Path path;
    private final Executor workers;
    private final Ticker ticker;
    private final AtomicLong checkedNanos;
    private volatile Map<String, User> users = Map.of();
    private Version version = Version.ABSENT;

    private UsersFile(Path path, Executor workers, Ticker ticker) {
        this.path = path;
        this.workers = workers;
        this.ticker = ticker;
        this.checkedNanos = new AtomicLong(ticker.nanoTime());
    }

    /**
     * Reads a file that must be there.
     *
     * @param workers where the file is looked at on behalf of I/O threads; may reject
     * @throws IllegalArgumentException when it is wrong
     * @throws IOException when it cannot be read
     */
    public static UsersFile open(Path path, Executor workers, Ticker ticker) throws IOException {
        UsersFile file = new UsersFile(path, workers, ticker);
        file.load(Version.of(path));
        return file;
    }

    /** As {@link #open}, but as long as there is no file there are no users. */
    public static UsersFile openOrEmpty(Path path, Executor workers, Ticker ticker) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                ? open(path, workers, ticker)
                : new UsersFile(path, workers, ticker);
    }

    @Override
    public Optional<User> user(String name) {
        if (isDue()) {
            refresh();
        }
        return Optional.ofNullable(users.get(name));
    }

    @Override
    public boolean isDisabled(String name) {
        if (isDue()) {
            try {
                workers.execute(this::refresh);
            } catch (RejectedExecutionException busy) {
                LOG.debug("no room to look at {}; later", path);
            }
        }
        User user = users.get(name);
        return user != null && !user.enabled();
    }

    /** Reads the content of a users file. */
    static Map<String, User> read(Path path) throws IOException {
        requireUnwritableByOthers(path);
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_SIZE + 1);
        }
        if (bytes.length > MAX_SIZE) {
            throw new IllegalArgumentException("users file " + path + ": more than 2MB (expected: at most 2MB)");
        }
        try {
            return UsersYaml.parse(bytes);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("users file " + path + ": " + wrong.getMessage(), wrong);
        }
    }

    private boolean isDue() {
        long now = ticker.nanoTime();
        long checked = checkedNanos.get();
        return now - checked >= RECHECK_NANOS && checkedNanos.compareAndSet(checked, now);
    }

    private synchronized void refresh() {
        Version found = version;
        try {
            found = Version.of(path);
            if (!found.equals(version)) {
                load(found);
                LOG.info("users file {}: read again, {} users", path, users.size());
            }
        } catch (NoSuchFileException gone) {
            if (!version.equals(Version.ABSENT)) {
                version = Version.ABSENT;
                LOG.warn("users file {}: gone; what it held goes on holding", path);
            }
        } catch (IOException | RuntimeException broken) {
            version = found;
            LOG.warn("{}; what it held before goes on holding", String.valueOf(broken.getMessage()));
        }
    }

    private synchronized void load(Version found) throws IOException {
        users = Map.copyOf(read(path));
        version = found;
    }

    private static void requireUnwritableByOthers(Path path) throws IOException {
        try {
            if (Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new IllegalArgumentException(
                        "users file " + path + ": anyone may write it (expected: chmod o-w " + path + ")");
            }
        } catch (UnsupportedOperationException notPosix) {
            LOG.debug("no POSIX permissions for {}", path, notPosix);
        }
    }

    /** Tells one content from another without reading it: a replaced file is another file. */
    private record Version(
            long modified, long size, @Nullable Object key) {

        static final Version ABSENT = new Version(-1, -1, null);

        static Version of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Version(
                    attributes.lastModifiedTime().toInstant().toEpochMilli(), attributes.size(), attributes.fileKey());
        }
    }
}
