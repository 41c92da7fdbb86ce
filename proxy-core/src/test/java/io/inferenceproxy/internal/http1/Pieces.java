package io.inferenceproxy.internal.http1;

import io.inferenceproxy.internal.http1.HeadScanner.Outcome;
import java.nio.charset.StandardCharsets;

/** Hands bytes to a scanner as a decoder does: as many as it has room for, until it says what they came to. */
final class Pieces {

    private Pieces() {}

    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** All at once. */
    static Outcome feed(HeadScanner scanner, String latin1) {
        return feed(scanner, bytes(latin1), 0);
    }

    /** In pieces of one size; the last may be smaller. */
    static Outcome feedInPieces(HeadScanner scanner, byte[] bytes, int size) {
        Outcome outcome = Outcome.MORE;
        for (int from = 0; from < bytes.length && outcome == Outcome.MORE; from += size) {
            outcome = feed(scanner, bytes, from, Math.min(bytes.length, from + size));
        }
        return outcome;
    }

    /** In two pieces. */
    static Outcome feed(HeadScanner scanner, byte[] bytes, int cut) {
        Outcome outcome = feed(scanner, bytes, 0, cut);
        return outcome == Outcome.MORE ? feed(scanner, bytes, cut, bytes.length) : outcome;
    }

    private static Outcome feed(HeadScanner scanner, byte[] bytes, int from, int to) {
        Outcome outcome = Outcome.MORE;
        int at = from;
        while (at < to && outcome == Outcome.MORE) {
            int more = Math.min(to - at, scanner.room());
            System.arraycopy(bytes, at, scanner.block(), scanner.filled(), more);
            at += more;
            outcome = scanner.scan(more);
        }
        return outcome;
    }
}
