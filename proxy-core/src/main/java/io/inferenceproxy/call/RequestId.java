package io.inferenceproxy.call;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** The identifier of a call, in every answer, log line and problem. */
public final class RequestId {

    private static final int MAX_LENGTH = 128;
    private static final SecureRandom SEEDS = new SecureRandom();
    private static final ThreadLocal<SplittableRandom> RANDOM =
            ThreadLocal.withInitial(() -> new SplittableRandom(SEEDS.nextLong()));

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
        SplittableRandom random = RANDOM.get();
        return HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
    }
}
