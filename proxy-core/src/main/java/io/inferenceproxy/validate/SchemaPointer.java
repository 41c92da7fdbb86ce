package io.inferenceproxy.validate;

import com.networknt.schema.path.NodePath;
import java.nio.charset.StandardCharsets;

/** Writes places in content as URI fragments (RFC 6901 section 6), none of them long: member names are a stranger's. */
final class SchemaPointer {

    private static final int LONGEST = 512;
    private static final String PLAIN = "-._~!$&'()*+,;=:@?";
    private static final String HEX = "0123456789ABCDEF";

    private SchemaPointer() {}

    /** The pointer; where it would be too long, that of the nearest place above that is not. */
    static String of(NodePath path) {
        StringBuilder pointer = new StringBuilder("#");
        for (int i = 0; i < path.getNameCount(); i++) {
            if (!append(pointer, String.valueOf(path.getElement(i)))) {
                break;
            }
        }
        return pointer.toString();
    }

    /** The pointer of a member of the object there. */
    static String of(NodePath path, String member) {
        StringBuilder pointer = new StringBuilder(of(path));
        append(pointer, member);
        return pointer.toString();
    }

    private static boolean append(StringBuilder pointer, String name) {
        int before = pointer.length();
        if (before + name.length() > LONGEST) {
            return false;
        }
        pointer.append('/');
        String escaped = name.replace("~", "~0").replace("/", "~1");
        for (byte unit : escaped.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (unit & 0xff);
            boolean alphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (alphanumeric || PLAIN.indexOf(c) >= 0) {
                pointer.append(c);
            } else {
                pointer.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        if (pointer.length() > LONGEST) {
            pointer.setLength(before);
            return false;
        }
        return true;
    }
}
