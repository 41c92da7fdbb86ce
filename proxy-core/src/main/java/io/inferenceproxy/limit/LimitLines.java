package io.inferenceproxy.limit;

import io.inferenceproxy.http.FieldSink;
import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.Omitted;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The fields of {@link LimitHeaders} as lines of bytes: what is the same for every answer each window has ready, numbers are
 * written between it. Nothing is left behind for the collector.
 */
final class LimitLines {

    private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[1 << 10]);
    private static final int MOST_DIGITS = 19;
    private static final byte[] POLICY = ascii(LimitFields.POLICY + ": ");
    private static final byte[] STATE = ascii("\r\n" + LimitFields.STATE + ": ");
    private static final byte[] NEXT = ascii(", ");
    private static final byte[] RESET = ascii(";t=");
    private static final byte[] OLD_LIMIT = ascii("\r\n" + LimitFields.OLD_LIMIT + ": ");
    private static final byte[] OLD_REMAINING = ascii("\r\n" + LimitFields.OLD_REMAINING + ": ");
    private static final byte[] OLD_RESET = ascii("\r\n" + LimitFields.OLD_RESET + ": ");
    private static final byte[] END = ascii("\r\n");
    private static final int AROUND = 256;
    private static final byte[][] NAMES = new byte[LimitFields.NAMES.length][];
    private static final int[] HASHES = new int[NAMES.length];

    static {
        for (int i = 0; i < NAMES.length; i++) {
            NAMES[i] = ascii(LimitFields.NAMES[i]);
            HASHES[i] = HeaderNames.hash(LimitFields.NAMES[i]);
        }
    }

    private LimitLines() {}

    /** Whether the lines can be written as they are: none of the fields is left out, and all names are plain. */
    static boolean fit(List<WindowStatus> statuses, Omitted omitted) {
        for (int i = 0; i < statuses.size(); i++) {
            if (!statuses.get(i).window().isPlain()) {
                return false;
            }
        }
        for (int i = 0; i < NAMES.length; i++) {
            if (omitted.omits(NAMES[i], 0, NAMES[i].length, HASHES[i])) {
                return false;
            }
        }
        return true;
    }

    /** Hands on the lines for statuses that {@link #fit}. */
    static void writeTo(FieldSink sink, List<WindowStatus> statuses) {
        int most = AROUND;
        for (int i = 0; i < statuses.size(); i++) {
            LimitWindow window = statuses.get(i).window();
            most += window.policyField().length
                    + window.stateField().length
                    + RESET.length
                    + 2 * MOST_DIGITS
                    + 2 * NEXT.length;
        }
        byte[] bytes = SCRATCH.get();
        if (bytes.length < most) {
            bytes = new byte[most];
            SCRATCH.set(bytes);
        }
        int size = ready(POLICY, bytes, 0);
        for (int i = 0; i < statuses.size(); i++) {
            size = i == 0 ? size : ready(NEXT, bytes, size);
            size = ready(statuses.get(i).window().policyField(), bytes, size);
        }
        size = ready(STATE, bytes, size);
        for (int i = 0; i < statuses.size(); i++) {
            WindowStatus status = statuses.get(i);
            size = i == 0 ? size : ready(NEXT, bytes, size);
            size = ready(status.window().stateField(), bytes, size);
            size = number(status.remaining(), bytes, size);
            size = ready(RESET, bytes, size);
            size = number(status.resetSeconds(), bytes, size);
        }
        WindowStatus tightest = statuses.get(WindowStatus.tightest(statuses));
        size = number(tightest.window().quota(), bytes, ready(OLD_LIMIT, bytes, size));
        size = number(tightest.remaining(), bytes, ready(OLD_REMAINING, bytes, size));
        size = number(tightest.resetSeconds(), bytes, ready(OLD_RESET, bytes, size));
        size = ready(END, bytes, size);
        sink.lines(bytes, 0, size);
    }

    private static int ready(byte[] piece, byte[] to, int at) {
        System.arraycopy(piece, 0, to, at, piece.length);
        return at + piece.length;
    }

    private static int number(long number, byte[] to, int at) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            to[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + digits;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
