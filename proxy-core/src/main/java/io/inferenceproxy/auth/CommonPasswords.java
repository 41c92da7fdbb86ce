package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The passwords that everybody tries first, in a list that comes with the program; it is read when first asked for. */
final class CommonPasswords {

    private static final String LIST = "common-passwords.txt";

    private CommonPasswords() {}

    static boolean contains(Secret password) {
        return Loaded.ALL.contains(password.reveal().toLowerCase(Locale.ROOT));
    }

    /** Read once. */
    private static final class Loaded {
        static final Set<String> ALL = load();

        private static Set<String> load() {
            try (InputStream in = CommonPasswords.class.getResourceAsStream(LIST)) {
                if (in == null) {
                    throw new IllegalStateException("resource " + LIST + ": missing (expected: in the jar)");
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .collect(Collectors.toUnmodifiableSet());
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}
