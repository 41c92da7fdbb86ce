package io.inferenceproxy.limit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Holds a journal for one proxy, by a file beside it: the journal itself is replaced now and then. The system lets it go when
 * the process ends, however it ends.
 */
final class JournalLock implements Closeable {

    private final FileChannel channel;

    private JournalLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it.
     *
     * @throws IOException when another proxy has it
     */
    static JournalLock take(Path journal) throws IOException {
        FileChannel channel = JournalFile.channel(journal.resolveSibling(journal.getFileName() + ".lock"));
        if (tryLock(channel) == null) {
            channel.close();
            throw new FileSystemException(
                    journal.toString(), null, "another proxy has it (expected: one proxy a file)");
        }
        return new JournalLock(channel);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException here) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
