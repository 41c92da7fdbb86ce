package io.inferenceproxy.call;

/** The identifier of a call, in every answer, log line and problem. */
public final class RequestId {

    private static final int MAX_LENGTH = 128;
    private static final int DIGITS = 32;

    private RequestId() {}

    /** Whether a client's id may be taken: 1 to 128 of letters, digits and {@code . _ : / + = @ -}. */
    public static boolean isAcceptable(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean acceptable = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '-' && c <= ':'
                    || c == '_'
                    || c == '+'
                    || c == '='
                    || c == '@';
            if (!acceptable) {
                return false;
            }
        }
        return true;
    }

    /** A fresh id of 32 hexadecimal digits; unique, but no secret. */
    public static String next() {
        CallRandom random = CallRandom.current();
        return text(random, random.nextHigh(), random.nextLow());
    }

    static String text(CallRandom random, long high, long low) {
        HexDigits.put(random.ascii(), 0, high);
        HexDigits.put(random.ascii(), 16, low);
        return random.text(DIGITS);
    }
}
