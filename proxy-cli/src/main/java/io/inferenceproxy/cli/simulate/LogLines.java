package io.inferenceproxy.cli.simulate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The lines of a stream, however long: of one that is too long for a line of the log, only that it is there. */
final class LogLines {

    private static final int LONGEST = 1 << 16;

    private final InputStream in;
    private final byte[] buffer = new byte[LONGEST];
    private int from;
    private int until;
    private final byte[] line = new byte[LONGEST];
    private boolean tooLong;

    LogLines(InputStream in) {
        this.in = in;
    }

    /** The next line; empty at the end. One that {@link #isTooLong} is cut. */
    Optional<String> next() throws IOException {
        int size = 0;
        tooLong = false;
        if (from == until && !fill()) {
            return Optional.empty();
        }
        do {
            int end = from;
            while (end < until && buffer[end] != '\n') {
                end++;
            }
            int taken = Math.min(end - from, LONGEST - size);
            System.arraycopy(buffer, from, line, size, taken);
            size += taken;
            tooLong |= taken < end - from;
            from = end;
            if (from < until) {
                from++;
                break;
            }
        } while (fill());
        return Optional.of(new String(line, 0, size, StandardCharsets.UTF_8));
    }

    private boolean fill() throws IOException {
        from = 0;
        until = Math.max(0, in.read(buffer));
        return until > 0;
    }

    boolean isTooLong() {
        return tooLong;
    }
}
