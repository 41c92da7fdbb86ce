package io.inferenceproxy.cli.simulate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The lines of a stream, however long: of one that is too long for a line of the log, only that it is there. */
final class LogLines {

    private static final int LONGEST = 1 << 16;

    private final InputStream in;
    private final byte[] line = new byte[LONGEST];
    private boolean tooLong;

    LogLines(InputStream in) {
        this.in = new BufferedInputStream(in, LONGEST);
    }

    /** The next line; empty at the end. One that {@link #isTooLong} is cut. */
    Optional<String> next() throws IOException {
        int size = 0;
        tooLong = false;
        int next = in.read();
        if (next < 0) {
            return Optional.empty();
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (size < LONGEST) {
                line[size++] = (byte) next;
            } else {
                tooLong = true;
            }
        }
        return Optional.of(new String(line, 0, size, StandardCharsets.UTF_8));
    }

    boolean isTooLong() {
        return tooLong;
    }
}
