package io.inferenceproxy.call;

/**
 * The {@code traceparent} field of W3C Trace Context, version 00: carried on from the caller, or started.
 *
 * @param traceId 32 hexadecimal digits, not all zero
 * @param parentId 16 hexadecimal digits, not all zero
 * @param flags two hexadecimal digits
 */
public record TraceParent(String traceId, String parentId, String flags) {

    private static final int LENGTH = 55;

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
                ? new TraceParent(field.substring(3, 35), RequestId.next().substring(16), field.substring(53))
                : started();
    }

    /** A new trace: random ids, not sampled, flagged as random (W3C Trace Context level 2). */
    public static TraceParent started() {
        return new TraceParent(RequestId.next(), RequestId.next().substring(16), "02");
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

    /** The field's value, with our own span as the parent. */
    @Override
    public String toString() {
        return "00-" + traceId + '-' + parentId + '-' + flags;
    }
}
