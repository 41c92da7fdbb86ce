package io.inferenceproxy.audit;

import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trail in a file that only grows. Processes take turns by a lock on it: a command that changes users writes into the same
 * file as the proxy that runs. When the file was moved away, the chain goes on in a new one.
 */
public final class AuditFile implements Auditor {

    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);

    private final Path path;
    private final boolean sync;
    private final Ticker ticker;
    private @Nullable FileChannel channel;
    private @Nullable Object identity;
    private AuditLine last = AuditLine.NONE;
    private long end;

    private AuditFile(Path path, boolean sync, Ticker ticker) {
        this.path = path;
        this.sync = sync;
        this.ticker = ticker;
    }

    /**
     * Opens the file that the options name, and makes it when it is not there; without one nothing is kept.
     *
     * @throws IOException when it cannot be written to, or what stands at its end is no line of a trail
     */
    public static Auditor open(AuditOptions options, Ticker ticker) throws IOException {
        if (options.file().isEmpty()) {
            return NONE;
        }
        AuditFile file = new AuditFile(options.file().get(), options.sync(), ticker);
        FileLock turn = file.reach().lock();
        try {
            file.catchUp();
        } finally {
            turn.release();
        }
        return file;
    }

    @Override
    public synchronized void record(AuditEvent event) {
        try {
            FileLock turn = reach().lock();
            try {
                resume();
                append(event);
            } finally {
                turn.release();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("audit file " + path + ": cannot be written to", failed);
        }
    }

    /** Goes on behind what stands in the file. */
    private void resume() throws IOException {
        long unfinished = catchUp();
        if (unfinished > 0) {
            opened().truncate(end);
            append(new AuditEvent(
                    AuditKind.RESUMED, true, "", "", "", "", "cut an unfinished line of " + unfinished + " bytes"));
        }
    }

    /** The channel to the file that now has the name. */
    private FileChannel reach() throws IOException {
        FileChannel open = channel;
        if (open != null && Files.exists(path) && Objects.equals(identity, identityOf(path))) {
            return open;
        }
        if (open != null) {
            open.close();
        }
        FileChannel opened = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                privately(path));
        channel = opened;
        identity = identityOf(path);
        end = 0;
        return opened;
    }

    private static @Nullable Object identityOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private static FileAttribute<?>[] privately(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Finds the last line, if another process wrote since; says how many bytes of an unfinished one stand behind it. */
    private long catchUp() throws IOException {
        FileChannel file = opened();
        long size = file.size();
        if (size == end) {
            return 0;
        }
        AuditTail tail = AuditTail.of(file, path, size);
        if (!tail.last().equals(AuditLine.NONE)) {
            last = tail.last();
        }
        end = tail.end();
        return size - end;
    }

    private void append(AuditEvent event) throws IOException {
        AuditLine line = last.next(event, ticker.now());
        FileChannel file = opened();
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(line.text() + "\n");
        long at = end;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
        if (sync) {
            file.force(false);
        }
        last = line;
        end = at;
    }

    private FileChannel opened() {
        return Objects.requireNonNull(channel, "not open");
    }

    @Override
    public synchronized void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException harmless) {
                LOG.debug("the audit file could not be closed", harmless);
            }
        }
    }
}
