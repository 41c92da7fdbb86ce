package io.inferenceproxy.limit;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads a file of the journal as far as it is good: batches are whole, and have the checksum that they say. */
final class JournalReader {

    private static final int BUFFER = 1 << 16;
    private static final int LARGE = 1 << 20;

    private JournalReader() {}

    /** The keys of a file; empty when it has no head, or one that this program does not know. */
    static Optional<CounterKeys> keys(Path path) throws IOException {
        byte[] bytes = new byte[JournalFile.HEAD];
        ByteBuffer head = ByteBuffer.wrap(bytes);
        try (DataInputStream in = new DataInputStream(Files.newInputStream(path))) {
            in.readFully(bytes);
        } catch (EOFException tooShort) {
            return Optional.empty();
        }
        boolean known = head.getLong() == JournalFile.MAGIC && head.getInt() == JournalFile.VERSION;
        CounterKeys keys = new CounterKeys(head.getLong(), head.getLong());
        return known && head.getInt() == JournalFile.checksum(bytes) ? Optional.of(keys) : Optional.empty();
    }

    /** Hands on each good batch, and says where the first one begins that is not. */
    static long read(Path path, Batches batches) throws IOException {
        long size = Files.size(path);
        long good = JournalFile.HEAD;
        CRC32C checksum = new CRC32C();
        byte[] bytes = new byte[BUFFER];
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER))) {
            in.readFully(bytes, 0, JournalFile.HEAD);
            while (size - good >= JournalBatch.HEAD) {
                int length = in.readInt();
                int expected = in.readInt();
                if (length < Long.BYTES || length > size - good - JournalBatch.HEAD) {
                    break;
                }
                if (length > LARGE && !isGood(path, good + JournalBatch.HEAD, length, expected)) {
                    break; // a wrong length must not take the memory of the process
                }
                if (length > bytes.length) {
                    bytes = new byte[Math.max(length, Math.min(2 * bytes.length, 1 << 24))];
                }
                in.readFully(bytes, 0, length);
                checksum.reset();
                checksum.update(bytes, 0, length);
                if ((int) checksum.getValue() != expected) {
                    break;
                }
                batches.batch(new JournalCursor(bytes, length));
                good += JournalBatch.HEAD + length;
            }
        } catch (EOFException | IndexOutOfBoundsException torn) {
            return good;
        }
        return good;
    }

    /** Whether so many bytes have that checksum; takes no memory for them. */
    private static boolean isGood(Path path, long from, int length, int expected) throws IOException {
        CRC32C checksum = new CRC32C();
        byte[] some = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(path)) {
            in.skipNBytes(from);
            int rest = length;
            while (rest > 0) {
                int read = in.read(some, 0, Math.min(rest, BUFFER));
                if (read < 0) {
                    return false;
                }
                checksum.update(some, 0, read);
                rest -= read;
            }
        }
        return (int) checksum.getValue() == expected;
    }

    /** Who is handed batches. */
    @FunctionalInterface
    interface Batches {
        /** One; the cursor is good until this returns. */
        void batch(JournalCursor records);
    }
}
