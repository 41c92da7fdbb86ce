package io.inferenceproxy.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The end of a trail, found without reading the whole.
 *
 * @param last the last line that is whole
 * @param end where the next one begins
 */
record AuditTail(AuditLine last, long end) {

    /** @throws IOException when what stands at the end is no line of a trail: it is not ours to go on with */
    static AuditTail of(FileChannel file, Path path, long size) throws IOException {
        int length = (int) Math.min(size, 2L * AuditLine.LONGEST);
        byte[] bytes = new byte[length];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long from = size - length;
        while (buffer.hasRemaining()) {
            if (file.read(buffer, from + buffer.position()) < 0) {
                throw new IOException("audit file " + path + ": shrinks while it is read");
            }
        }
        int lineEnd = before(bytes, length);
        if (lineEnd < 0) {
            if (from == 0 && length < AuditLine.LONGEST && startsLikeALine(bytes)) {
                return new AuditTail(AuditLine.NONE, 0); // the very first line is unfinished
            }
            throw foreign(path);
        }
        int start = before(bytes, lineEnd) + 1;
        String text = new String(bytes, start, lineEnd - start, StandardCharsets.UTF_8);
        AuditLine last = AuditLine.parse(text).orElseThrow(() -> foreign(path));
        return new AuditTail(last, from + lineEnd + 1);
    }

    private static boolean startsLikeALine(byte[] bytes) {
        String begun = new String(bytes, StandardCharsets.UTF_8);
        String line = "{\"number\":";
        return begun.startsWith(line) || line.startsWith(begun);
    }

    /** Where the last line end before that place is; -1 when there is none. */
    private static int before(byte[] bytes, int place) {
        int at = place - 1;
        while (at >= 0 && bytes[at] != '\n') {
            at--;
        }
        return at;
    }

    private static IOException foreign(Path path) {
        return new IOException("audit file " + path
                + ": its last line is none of an audit trail, or was changed (expected: a trail, or no file)");
    }
}
