package io.inferenceproxy.auth;

import com.password4j.BcryptFunction;
import io.inferenceproxy.units.Secret;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Hashes of bcrypt that other systems have made, in the form {@code $2b$12$...}. It looks at 72 bytes and stops at NUL, so
 * what has more matches nothing: two passwords that differ must not be the same here.
 */
final class Bcrypt {

    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-5])\\$[./A-Za-z0-9]{53}");
    private static final int MOST_BYTES = 72;

    private Bcrypt() {}

    static boolean isReadable(Secret hash) {
        return FORM.matcher(hash.reveal()).matches();
    }

    static boolean matches(Secret password, Secret hash) {
        byte[] bytes = password.revealBytes();
        boolean whole = bytes.length <= MOST_BYTES && password.reveal().indexOf('\0') < 0;
        // 2a and 2y of any program of the last ten years are what 2b is; the library takes 2a for the old one with its
        // mistake.
        byte[] line = hash.reveal().replaceFirst("^\\$2[ay]", "\\$2b").getBytes(StandardCharsets.US_ASCII);
        boolean same = BcryptFunction.getInstanceFromHash(new String(line, StandardCharsets.US_ASCII))
                .check(bytes, line);
        return whole && same;
    }
}
