package io.inferenceproxy.validate;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8 (RFC 3629), without a byte order mark (RFC 8259 section 8.1). */
final class Utf8 {

    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    static String decode(byte[] bytes) throws MalformedJson {
        String text = new String(bytes, StandardCharsets.UTF_8);
        // The quick decoder puts the replacement where bytes are malformed; so only then look again, slowly.
        if (text.indexOf(REPLACEMENT) >= 0) {
            requireWellFormed(bytes);
        }
        if (!text.isEmpty() && text.charAt(0) == '\uFEFF') {
            throw new MalformedJson("The body begins with a byte order mark", 1, 1);
        }
        return text;
    }

    private static void requireWellFormed(byte[] bytes) throws MalformedJson {
        CharBuffer before = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), before, true);
        if (result.isError()) {
            String good = before.flip().toString();
            int line = 1 + (int) good.chars().filter(c -> c == '\n').count();
            throw new MalformedJson("The body is not UTF-8", line, good.length() - good.lastIndexOf('\n'));
        }
    }
}
