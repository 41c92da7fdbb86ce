package io.inferenceproxy.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The text files that lie beside the classes of this package. */
final class Resources {
    private Resources() {}

    /**
     * The text of a resource, as UTF-8.
     *
     * @throws IllegalStateException when it is missing, which means that the jar was built wrongly
     */
    static String text(String name) {
        try (InputStream in = Resources.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + ": not in the jar (expected beside " + Resources.class + ")");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": not readable", e);
        }
    }
}
