package io.inferenceproxy.internal.http1;

import io.inferenceproxy.internal.http1.HeadScanner.FirstLine;
import java.nio.charset.StandardCharsets;

/** Reads the heads of answers. */
public final class ResponseHeads implements HeadReader<ResponseHead> {

    private static final int LONGEST = 128 << 10;

    private final HeadScanner scanner = new HeadScanner(FirstLine.STATUS, LONGEST);
    private boolean toHead;

    /** Tells whether the next final answer is one to a HEAD request, which has no body (RFC 9112 section 6.3). */
    public void expectAnswerToHead(boolean toHead) {
        this.toHead = toHead;
    }

    /** Whether the next final answer is one to a HEAD request. */
    public boolean expectsAnswerToHead() {
        return toHead;
    }

    @Override
    public HeadScanner scanner() {
        return scanner;
    }

    @Override
    public ResponseHead read(HeadScanner.Outcome outcome) {
        ResponseHead head = switch (outcome) {
            case WHOLE -> whole();
            case TOO_LONG -> ResponseHead.broken("the head is too long");
            case BROKEN, MORE -> ResponseHead.broken(scanner.violation());
        };
        scanner.reset();
        return head;
    }

    private ResponseHead whole() {
        byte[] block = scanner.block();
        int at = scanner.firstLineAt();
        int versionEnd = scanner.firstWordEnd();
        String version = is11(block, at, versionEnd)
                ? "HTTP/1.1"
                : new String(block, at, versionEnd - at, StandardCharsets.ISO_8859_1);
        return ResponseHead.of(version, status(block, versionEnd + 1), scanner.fields(), toHead);
    }

    private static boolean is11(byte[] block, int from, int to) {
        return to - from == 8
                && block[from] == 'H'
                && block[from + 1] == 'T'
                && block[from + 2] == 'T'
                && block[from + 3] == 'P'
                && block[from + 4] == '/'
                && block[from + 5] == '1'
                && block[from + 6] == '.'
                && block[from + 7] == '1';
    }

    /** Three digits (RFC 9112 section 4); else 0, which no answer has. */
    private int status(byte[] block, int at) {
        if (scanner.secondWordEnd() - at != 3) {
            return 0;
        }
        int status = 0;
        for (int i = at; i < at + 3; i++) {
            int digit = block[i] - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            status = status * 10 + digit;
        }
        return status;
    }
}
