package io.inferenceproxy.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds a state directory for one serving process; the system lets it go when the process ends, however it ends. */
final class StateLock implements AutoCloseable {

    private final FileChannel channel;
    private final Path pid;

    private StateLock(FileChannel channel, Path pid) {
        this.channel = channel;
        this.pid = pid;
    }

    static StateLock take(Path directory) {
        // The number stands in a file of its own: to close a file that is locked would give the lock up.
        Path pid = directory.resolve("serve.pid");
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileChannel channel =
                    FileChannel.open(directory.resolve("serve.lock"), options, FileGuard.privately(directory));
            if (lock(channel) == null) {
                channel.close();
                throw new CommandFailure(
                        ExitCode.LOCAL,
                        "state directory " + directory + ": in use by process " + holder(pid)
                                + " (expected: one serve at a time; stop it, or name another with --state-dir)");
            }
            Files.deleteIfExists(pid);
            try (FileChannel number = FileChannel.open(pid, options, FileGuard.privately(directory))) {
                number.write(
                        StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
            }
            return new StateLock(channel, pid);
        } catch (IOException failed) {
            throw new CommandFailure(
                    ExitCode.LOCAL,
                    "state directory " + directory + ": cannot be used, "
                            + failed.getClass().getSimpleName(),
                    failed);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException here) {
            return null;
        }
    }

    private static String holder(Path pid) {
        try {
            return Files.readString(pid, StandardCharsets.US_ASCII).strip();
        } catch (IOException gone) {
            return "(unknown)";
        }
    }

    /** Lets it go. Idempotent. */
    @Override
    public void close() {
        try {
            if (channel.isOpen()) {
                Files.deleteIfExists(pid);
                channel.close();
            }
        } catch (IOException ignored) {
            // The system lets it go with the process.
        }
    }
}
