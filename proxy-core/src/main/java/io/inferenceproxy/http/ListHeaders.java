package io.inferenceproxy.http;

import java.util.Optional;
import java.util.function.BiConsumer;

/** Fields kept as names and values in turn; looked up by walking, which beats a map for the dozen that a message has. */
final class ListHeaders implements Headers {

    static final Headers EMPTY = new ListHeaders(new String[0]);

    private final String[] namesAndValues;

    private ListHeaders(String[] namesAndValues) {
        this.namesAndValues = namesAndValues;
    }

    static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "header " + namesAndValues[namesAndValues.length - 1] + ": has no value");
        }
        return namesAndValues.length == 0 ? EMPTY : new ListHeaders(namesAndValues.clone());
    }

    @Override
    public Optional<String> first(String name) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equalsIgnoreCase(name)) {
                return Optional.of(namesAndValues[i + 1]);
            }
        }
        return Optional.empty();
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            action.accept(namesAndValues[i], namesAndValues[i + 1]);
        }
    }
}
