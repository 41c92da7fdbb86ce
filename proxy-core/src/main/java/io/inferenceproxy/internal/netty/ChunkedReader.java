package io.inferenceproxy.internal.netty;

import io.inferenceproxy.internal.http1.ChunkExtension;
import io.inferenceproxy.internal.http1.HeadScanner;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunked coding (RFC 9112 section 7.1) by the letter: what two servers could read in two ways, such as a bare
 * line feed in an extension, or a size of many digits, breaks it. Extensions and trailer fields are read and dropped.
 */
final class ChunkedReader {

    /** Enough for any body; more could only be zeros in front, or too large for a number. */
    private static final int MOST_DIGITS = 15;

    private static final int LONGEST_LINE = 1 << 10;

    private final int longestTrailers;
    private Step step = Step.SIZE;
    private long size;
    private int digits;
    private int line;
    private ChunkExtension extension = ChunkExtension.BEFORE;
    private @Nullable HeadScanner trailers;

    /** What the bytes came to. */
    enum Outcome {
        MORE,
        END,
        BROKEN
    }

    private enum Step {
        SIZE,
        EXTENSION,
        SIZE_END,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS
    }

    ChunkedReader(int longestTrailers) {
        this.longestTrailers = longestTrailers;
    }

    /** A body begins. */
    void begin() {
        step = Step.SIZE;
        size = 0;
        digits = 0;
        line = 0;
        trailers = null;
    }

    /** Reads on; pieces of data go to the receiver. */
    Outcome read(ByteBuf in, DecodedMessages<?> to) {
        while (in.isReadable()) {
            if (step == Step.DATA) {
                int piece = (int) Math.min(size, in.readableBytes());
                size -= piece;
                if (size == 0) {
                    step = Step.DATA_CR;
                }
                to.content(in.readRetainedSlice(piece));
            } else if (step == Step.TRAILERS) {
                return trailers(in);
            } else if (!octet(in.readByte())) {
                return Outcome.BROKEN;
            }
        }
        return Outcome.MORE;
    }

    private boolean octet(byte octet) {
        switch (step) {
            case SIZE -> {
                return size(octet);
            }
            case EXTENSION -> {
                return extension(octet);
            }
            case SIZE_END -> {
                step = size == 0 ? Step.TRAILERS : Step.DATA;
                return octet == '\n';
            }
            case DATA_CR -> {
                step = Step.DATA_LF;
                return octet == '\r';
            }
            default -> {
                step = Step.SIZE;
                size = 0;
                digits = 0;
                line = 0;
                return octet == '\n';
            }
        }
    }

    private boolean size(byte octet) {
        int digit = octet <= '9' ? octet - '0' : octet >= 'a' ? octet - 'a' + 10 : octet - 'A' + 10;
        boolean isDigit = octet >= '0' && octet <= '9' || octet >= 'A' && octet <= 'F' || octet >= 'a' && octet <= 'f';
        if (isDigit) {
            size = size << 4 | digit;
            return ++digits <= MOST_DIGITS;
        }
        if (digits == 0) {
            return false;
        }
        if (octet == '\r') {
            step = Step.SIZE_END;
            return true;
        }
        step = Step.EXTENSION;
        extension = ChunkExtension.BEFORE;
        return extension(octet);
    }

    private boolean extension(byte octet) {
        if (octet == '\r') {
            step = Step.SIZE_END;
            return extension.mayEnd();
        }
        extension = extension.next(octet);
        return ++line <= LONGEST_LINE && extension != ChunkExtension.BROKEN;
    }

    private Outcome trailers(ByteBuf in) {
        int at = in.readerIndex();
        if (trailers == null && in.readableBytes() >= 2 && in.getByte(at) == '\r' && in.getByte(at + 1) == '\n') {
            in.skipBytes(2);
            return Outcome.END;
        }
        if (trailers == null) {
            trailers = HeadScanner.ofTrailers(longestTrailers);
        }
        HeadScanner scanner = trailers;
        HeadScanner.Outcome outcome;
        do {
            int more = Math.min(in.readableBytes(), scanner.room());
            in.readBytes(scanner.block(), scanner.filled(), more);
            outcome = scanner.scan(more);
        } while (outcome == HeadScanner.Outcome.MORE && in.isReadable());
        if (outcome == HeadScanner.Outcome.MORE) {
            return Outcome.MORE;
        }
        trailers = null;
        if (outcome != HeadScanner.Outcome.WHOLE) {
            return Outcome.BROKEN;
        }
        in.readerIndex(in.readerIndex() - (scanner.filled() - scanner.end()));
        return Outcome.END;
    }
}
