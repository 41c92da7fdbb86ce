package io.inferenceproxy.call;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The {@code traceparent} field of W3C Trace Context, version 00: carried on from the caller, or started. Kept as numbers:
 * texts are made when they are asked for.
 */
public final class TraceParent {

    private static final int LENGTH = 55;

    /** Not sampled, but flagged as random (W3C Trace Context level 2). */
    private static final int RANDOM = 2;

    private final long high;
    private final long low;
    private final long span;
    private final byte flags;
    private final boolean carriedOn;
    private @Nullable String traceId; // made once; two threads that make it at once make the same

    private TraceParent(long high, long low, long span, int flags, boolean carriedOn) {
        this.high = high;
        this.low = low;
        this.span = span;
        this.flags = (byte) flags;
        this.carriedOn = carriedOn;
    }

    /** Reads the field; anything that is not exactly of version 00 counts as absent and a trace is started. */
    public static TraceParent carriedOn(String field) {
        boolean valid = field.length() == LENGTH
                && field.startsWith("00-")
                && field.charAt(35) == '-'
                && field.charAt(52) == '-'
                && isHex(field, 3, 35)
                && isHex(field, 36, 52)
                && isHex(field, 53, 55);
        return valid
                ? new TraceParent(
                        HexFormat.fromHexDigitsToLong(field, 3, 19),
                        HexFormat.fromHexDigitsToLong(field, 19, 35),
                        CallRandom.current().nextLow(),
                        HexFormat.fromHexDigits(field, 53, 55),
                        true)
                : started();
    }

    /** A new trace: random ids, not sampled. */
    public static TraceParent started() {
        CallRandom random = CallRandom.current();
        return new TraceParent(random.nextHigh(), random.nextLow(), random.nextLow(), RANDOM, false);
    }

    private static boolean isHex(String text, int from, int to) {
        boolean zero = to - from > 2;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
            zero &= c == '0';
        }
        return !zero;
    }

    /** Whether the trace is the caller's, and not begun here. */
    public boolean isCarriedOn() {
        return carriedOn;
    }

    /** The identifier of the trace: 32 hexadecimal digits, not all zero. */
    public String traceId() {
        String known = traceId;
        if (known == null) {
            known = RequestId.text(CallRandom.current(), high, low);
            traceId = known;
        }
        return known;
    }

    /** The identifier of our own span: 16 hexadecimal digits, not all zero. */
    public String parentId() {
        return HexFormat.of().toHexDigits(span);
    }

    /** Two hexadecimal digits. */
    public String flags() {
        return HexFormat.of().toHexDigits(flags);
    }

    /** The field's value, with our own span as the parent. */
    @Override
    public String toString() {
        CallRandom random = CallRandom.current();
        byte[] field = random.ascii();
        field[0] = '0';
        field[1] = '0';
        field[2] = '-';
        HexDigits.put(field, 3, high);
        HexDigits.put(field, 19, low);
        field[35] = '-';
        HexDigits.put(field, 36, span);
        field[52] = '-';
        field[53] = (byte) Character.forDigit(flags >> 4 & 15, 16);
        field[54] = (byte) Character.forDigit(flags & 15, 16);
        return random.text(LENGTH);
    }
}
