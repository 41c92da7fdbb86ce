package io.inferenceproxy.limit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A file of the journal, to which batches are added: a head, with the seed of the keys, and the batches one after the other.
 * Nobody else may read it, since who knows the seed can choose names that share a counter.
 */
final class JournalFile implements Closeable {

    /** {@code IPXLIMIT}. */
    static final long MAGIC = 0x4950584C494D4954L;

    static final int VERSION = 1;
    static final int HEAD = 32;

    /** Written in pieces, since the system's copy of a piece is kept by the thread. */
    private static final int PIECE = 1 << 16;

    private final Path path;
    private FileChannel channel;
    private volatile long end;
    private long forced;

    private JournalFile(Path path, FileChannel channel, long end) {
        this.path = path;
        this.channel = channel;
        this.end = end;
    }

    /** A new one, in the place of what is there. */
    static JournalFile create(Path path, CounterKeys keys) throws IOException {
        JournalFile file = new JournalFile(path, channel(path), 0);
        file.channel.truncate(0);
        byte[] bytes = new byte[HEAD];
        ByteBuffer head = ByteBuffer.wrap(bytes)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putLong(keys.seed0())
                .putLong(keys.seed1());
        file.append(head.putInt(checksum(bytes)).flip());
        return file;
    }

    /** One that goes on behind what is good in it; the rest is cut off. */
    static JournalFile continued(Path path, long end) throws IOException {
        JournalFile file = new JournalFile(path, channel(path), end);
        file.channel.truncate(end);
        return file;
    }

    /** A file to write to, of this user alone; it is made when it is not there. */
    static FileChannel channel(Path path) throws IOException {
        FileAttribute<?>[] own =
                path.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        return FileChannel.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), own);
    }

    /** That of what stands before it in the head. */
    static int checksum(byte[] head) {
        CRC32C checksum = new CRC32C();
        checksum.update(head, 0, HEAD - Integer.BYTES);
        return (int) checksum.getValue();
    }

    /** The same, by the name that it now has. */
    JournalFile at(Path renamed) {
        JournalFile file = new JournalFile(renamed, channel, end);
        file.forced = forced;
        return file;
    }

    Path path() {
        return path;
    }

    long size() {
        return end;
    }

    /** How much is not known to be on the disk. */
    long unforced() {
        return end - forced;
    }

    /** Adds it; when that fails, another try begins at the same place. */
    void append(ByteBuffer bytes) throws IOException {
        if (!channel.isOpen()) {
            channel = channel(path); // a thread that is interrupted closes what it writes to
        }
        long at = end;
        int limit = bytes.limit();
        while (bytes.position() < limit) {
            bytes.limit(Math.min(limit, bytes.position() + PIECE));
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }
        end = at;
    }

    /** Puts on the disk what was added. */
    void force() throws IOException {
        long until = end;
        if (until > forced) {
            channel.force(false);
            forced = until;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
