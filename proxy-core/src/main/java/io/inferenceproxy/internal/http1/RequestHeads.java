package io.inferenceproxy.internal.http1;

import io.inferenceproxy.internal.http1.HeadScanner.FirstLine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heads of requests. A connection's first line is often the same as its last, so the last one is kept with what
 * was made of it.
 */
public final class RequestHeads implements HeadReader<RequestHead> {

    private static final int LONGEST_KEPT = 512;

    private final HeadScanner scanner;
    private byte[] lastBytes = {};
    private @Nullable RequestLine lastLine;

    /** @param longest how many bytes a head may have */
    public RequestHeads(int longest) {
        this.scanner = new HeadScanner(FirstLine.REQUEST, longest);
    }

    @Override
    public HeadScanner scanner() {
        return scanner;
    }

    @Override
    public RequestHead read(HeadScanner.Outcome outcome) {
        RequestHead head = switch (outcome) {
            case WHOLE -> RequestHead.of(line(), scanner.fields());
            case TOO_LONG -> RequestHead.tooLong(scanner.stoppedInFirstLine());
            case BROKEN, MORE -> RequestHead.broken(scanner.violation());
        };
        scanner.reset();
        return head;
    }

    private RequestLine line() {
        byte[] block = scanner.block();
        int from = scanner.firstLineAt();
        int to = scanner.firstLineEnd();
        RequestLine last = lastLine;
        if (last != null && Arrays.equals(block, from, to, lastBytes, 0, lastBytes.length)) {
            return last;
        }
        RequestLine line = RequestLine.of(
                text(block, from, scanner.firstWordEnd()),
                text(block, scanner.firstWordEnd() + 1, scanner.secondWordEnd()),
                text(block, scanner.secondWordEnd() + 1, to));
        if (to - from <= LONGEST_KEPT) {
            lastBytes = Arrays.copyOfRange(block, from, to);
            lastLine = line;
        }
        return line;
    }

    private static String text(byte[] block, int from, int to) {
        return new String(block, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
