package io.inferenceproxy.limit;

import io.inferenceproxy.http.FieldSink;
import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.Omitted;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The fields of {@link LimitHeaders} as lines of bytes: all that is the same for every answer is ready, numbers are written
 * between it. Nothing is left behind for the collector.
 */
final class LimitLines {

    private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[1 << 10]);
    private static final int MOST_DIGITS = 19;
    private static final byte[] RESET = ascii(";t=");
    private static final byte[] OLD_RESET = ascii("\r\n" + LimitFields.OLD_RESET + ": ");
    private static final byte[] END = ascii("\r\n");
    private static final byte[][] NAMES = new byte[LimitFields.NAMES.length][];
    private static final int[] HASHES = new int[NAMES.length];

    static {
        for (int i = 0; i < NAMES.length; i++) {
            NAMES[i] = ascii(LimitFields.NAMES[i]);
            HASHES[i] = HeaderNames.hash(LimitFields.NAMES[i]);
        }
    }

    private final LimitWindow[] windows;
    private final byte[] policy;
    private final byte[][] states;
    private final byte[][] oldLimits;
    private final int mostBytes;
    private final boolean plain;

    /**
     * @param policies the value of {@code RateLimit-Policy}
     */
    LimitLines(List<LimitWindow> windows, String policies) {
        this.windows = windows.toArray(LimitWindow[]::new);
        this.plain = policies.chars().allMatch(c -> c >= ' ' && c < 0x7F);
        this.policy = ascii(LimitFields.POLICY + ": " + policies + "\r\n");
        this.states = new byte[this.windows.length][];
        this.oldLimits = new byte[this.windows.length][];
        int bytes = 0;
        for (int i = 0; i < this.windows.length; i++) {
            LimitWindow window = this.windows[i];
            states[i] = ascii((i == 0 ? LimitFields.STATE + ": \"" : ", \"") + window.name() + "\";r=");
            oldLimits[i] = ascii(
                    "\r\n" + LimitFields.OLD_LIMIT + ": " + window.quota() + "\r\n" + LimitFields.OLD_REMAINING + ": ");
            bytes += states[i].length + RESET.length + 2 * MOST_DIGITS + oldLimits[i].length;
        }
        this.mostBytes = bytes + OLD_RESET.length + 2 * MOST_DIGITS + END.length;
    }

    /** Whether the statuses are of all the windows, in order, and none of the fields is left out. */
    boolean fit(List<WindowStatus> statuses, Omitted omitted) {
        if (!plain || statuses.size() != windows.length) {
            return false;
        }
        for (int i = 0; i < windows.length; i++) {
            if (!statuses.get(i).window().equals(windows[i])) {
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
    void writeTo(FieldSink sink, List<WindowStatus> statuses) {
        byte[] bytes = SCRATCH.get();
        if (bytes.length < mostBytes) {
            bytes = new byte[mostBytes];
            SCRATCH.set(bytes);
        }
        int size = 0;
        for (int i = 0; i < windows.length; i++) {
            size = ready(states[i], bytes, size);
            size = number(statuses.get(i).remaining(), bytes, size);
            size = ready(RESET, bytes, size);
            size = number(statuses.get(i).resetSeconds(), bytes, size);
        }
        int tightest = WindowStatus.tightest(statuses);
        size = ready(oldLimits[tightest], bytes, size);
        size = number(statuses.get(tightest).remaining(), bytes, size);
        size = ready(OLD_RESET, bytes, size);
        size = number(statuses.get(tightest).resetSeconds(), bytes, size);
        size = ready(END, bytes, size);
        sink.lines(policy, 0, policy.length);
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
