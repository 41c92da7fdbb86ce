package io.inferenceproxy.auth;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The parameters of a form ({@code application/x-www-form-urlencoded}). One without a value counts as missing, one that stands
 * twice makes the form unreadable (RFC 6749 section 3.2).
 */
final class FormParameters {

    private final Map<String, String> values;

    private FormParameters(Map<String, String> values) {
        this.values = values;
    }

    static FormParameters parse(byte[] body) throws Unreadable {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new Unreadable("the form is not UTF-8");
        }
        Map<String, String> values = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (!name.isEmpty() && values.put(name, value) != null) {
                throw new Unreadable("a parameter stands twice");
            }
        }
        return new FormParameters(values);
    }

    /** The value; empty when it is missing. */
    String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** What stands behind percent signs, and plus signs for spaces. */
    static String decoded(String text) throws Unreadable {
        try {
            String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
            if (decoded.indexOf('\uFFFD') >= 0 && text.indexOf('\uFFFD') < 0 && !text.contains("%EF%BF%BD")) {
                throw new Unreadable("an escape that is not UTF-8");
            }
            return decoded;
        } catch (IllegalArgumentException malformed) {
            throw new Unreadable("a percent sign without two hexadecimal digits");
        }
    }

    /** It cannot be read in only one way; the message quotes nothing. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }

    /** Without the values: a secret may be among them. */
    @Override
    public String toString() {
        return "FormParameters" + values.keySet();
    }
}
