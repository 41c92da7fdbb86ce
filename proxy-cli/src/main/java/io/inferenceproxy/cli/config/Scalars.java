package io.inferenceproxy.cli.config;

import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Durations;
import io.inferenceproxy.units.Secret;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Texts to values and back, by the kind of the type. */
final class Scalars {

    private Scalars() {}

    /**
     * The value of a text.
     *
     * @param directory where a relative path begins
     * @throws IllegalArgumentException {@code value (expected: …)}
     */
    static Object read(Shape.Scalar shape, String text, Path directory) {
        return switch (shape.kind()) {
            case TEXT -> text;
            case BOOLEAN -> bool(text);
            case INTEGER -> integer(text, shape.type());
            case DECIMAL -> decimal(text);
            case DURATION -> named(() -> Durations.parse(text));
            case SIZE -> named(() -> DataSize.parse(text));
            case SECRET -> Secret.of(text);
            case PATH -> path(text, directory);
            case URI -> uri(text);
            case CHOICE -> choice(text, shape.type());
            case PARSED ->
                named(() -> Reflection.call(Shapes.parser(shape.type()).orElseThrow(), null, text));
        };
    }

    /** The plain form of a value: a number, a boolean or a text that {@link #read} takes back. */
    static Object plain(Shape.Scalar shape, Object value) {
        return switch (shape.kind()) {
            case BOOLEAN, INTEGER, DECIMAL -> value;
            case DURATION -> Durations.format((Duration) value);
            case SECRET -> ((Secret) value).reveal();
            case CHOICE -> name((Enum<?>) value);
            default -> value.toString();
        };
    }

    /** An enum constant as it stands in a file: its {@code toString()} when the enum has one, else its name in kebab-case. */
    static String name(Enum<?> constant) {
        try {
            Class<?> own = constant.getDeclaringClass().getMethod("toString").getDeclaringClass();
            return own == Enum.class ? Texts.kebab(constant.name()) : constant.toString();
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static List<String> choices(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> name((Enum<?>) constant))
                .toList();
    }

    private interface Reading {
        Object read();
    }

    /** A notation's own message begins with what it reads, {@code duration: 5x (expected: …)}; the key says that better. */
    private static Object named(Reading reading) {
        try {
            return reading.read();
        } catch (IllegalArgumentException refused) {
            String message = String.valueOf(refused.getMessage());
            throw new IllegalArgumentException(message.replaceFirst("^[a-z][a-z -]{0,30}: ", ""), refused);
        }
    }

    private static Object bool(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new IllegalArgumentException(shown(text) + " (expected: true or false)");
    }

    private static Object integer(String text, Class<?> type) {
        boolean small = type == int.class || type == Integer.class;
        if (text.matches("[+-]?[0-9]{1,18}")) {
            long number = Long.parseLong(text);
            if (!small) {
                return number;
            }
            if (number == (int) number) {
                return (int) number;
            }
        }
        String range = small && text.matches("[+-]?[0-9]+") ? " within 2^31" : "";
        throw new IllegalArgumentException(shown(text) + " (expected: a whole number" + range + ")");
    }

    private static Object decimal(String text) {
        if (text.length() <= 32 && text.matches("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,2})?")) {
            return new BigDecimal(text).doubleValue();
        }
        throw new IllegalArgumentException(shown(text) + " (expected: a number)");
    }

    private static Object path(String text, Path directory) {
        try {
            return text.isEmpty() ? Path.of("") : directory.resolve(text);
        } catch (InvalidPathException refused) {
            throw new IllegalArgumentException(shown(text) + " (expected: a path)", refused);
        }
    }

    private static Object uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException refused) {
            throw new IllegalArgumentException(shown(text) + " (expected: a URL)", refused);
        }
    }

    private static Object choice(String text, Class<?> type) {
        String wanted = text.replace('_', '-').toLowerCase(Locale.ROOT);
        for (Object constant : type.getEnumConstants()) {
            if (name((Enum<?>) constant)
                    .replace('_', '-')
                    .toLowerCase(Locale.ROOT)
                    .equals(wanted)) {
                return constant;
            }
        }
        List<String> names = choices(type);
        throw new IllegalArgumentException(
                shown(text) + " (expected: " + String.join(", ", names) + ")" + Nearest.hint(Nearest.to(text, names)));
    }

    private static String shown(String text) {
        return text.isEmpty() ? "\"\"" : Texts.printable(text);
    }
}
