package io.inferenceproxy.call;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What credentials say of a caller beside subject, roles and scopes: of their claims those that the configuration asks for,
 * as texts. Immutable.
 */
public final class Claims {

    /** Nothing. */
    public static final Claims NONE = new Claims(Map.of());

    private final Map<String, List<String>> values;

    private Claims(Map<String, List<String>> values) {
        this.values = values;
    }

    /** These claims, each with its values. */
    public static Claims of(Map<String, List<String>> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        Map<String, List<String>> copy = new LinkedHashMap<>();
        values.forEach((name, texts) -> copy.put(name, List.copyOf(texts)));
        return new Claims(copy);
    }

    /** The values of the claim; none where it is missing. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Claims claims && values.equals(claims.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The names alone: what a claim says may be private. */
    @Override
    public String toString() {
        return "Claims" + values.keySet();
    }
}
