package io.inferenceproxy.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A setting as it is in force; all of its texts are safe to show.
 *
 * @param key its path
 * @param value its value
 * @param origin where the value comes from
 * @param changed whether it differs from the default, or has none
 * @param shadowed what else was given, the strongest first, and the default
 */
public record EffectiveSetting(KeyPath key, Value value, Origin origin, boolean changed, List<Shadowed> shadowed) {

    /**
     * A value that was given and lost to a stronger source.
     *
     * @param value as it was written
     * @param origin where
     */
    public record Shadowed(Value value, Origin origin) {}

    public EffectiveSetting {
        shadowed = List.copyOf(shadowed);
    }

    /** A masked value: a number, boolean, text, list or map. */
    public static final class Value {

        private final Object plain;

        private Value(Object plain) {
            this.plain = plain;
        }

        static Value of(Object plain, SecretMask mask) {
            return new Value(masked(plain, mask));
        }

        /** The value for JSON: a number, boolean, text, list or map; null when it is absent. */
        @Nullable
        Object json() {
            return plain == Absent.ABSENT ? null : plain;
        }

        Object plain() {
            return plain;
        }

        /** The value in one line, without two spaces in a row. */
        @Override
        public String toString() {
            return plain instanceof String text ? Texts.column(text) : flow(plain);
        }

        /** The value as YAML in flow style. */
        String yaml() {
            return plain == Absent.ABSENT ? "null" : flow(plain);
        }

        private static String flow(Object plain) {
            StringBuilder out = new StringBuilder();
            if (plain instanceof List<?> list) {
                list.forEach(item -> out.append(out.isEmpty() ? "" : ", ").append(flow(item)));
                return "[" + out + "]";
            }
            if (plain instanceof Map<?, ?> map) {
                map.forEach((name, item) -> out.append(out.isEmpty() ? "" : ", ")
                        .append(Texts.yaml((String) name))
                        .append(": ")
                        .append(flow(item)));
                return "{" + out + "}";
            }
            return plain instanceof String text ? Texts.yaml(text) : plain.toString();
        }

        private static Object masked(Object plain, SecretMask mask) {
            if (plain instanceof List<?> list) {
                List<Object> items = new ArrayList<>();
                list.forEach(item -> items.add(masked(item, mask)));
                return items;
            }
            if (plain instanceof Map<?, ?> map) {
                Map<String, Object> entries = new LinkedHashMap<>();
                map.forEach((name, item) -> entries.put((String) name, masked(item, mask)));
                return entries;
            }
            return plain instanceof String text ? mask.mask(text) : plain;
        }
    }
}
