package io.inferenceproxy.http;

import java.util.Optional;
import java.util.function.BiConsumer;

/** Fields kept as names and values in turn; looked up by walking, which beats a map for the dozen that a message has. */
final class ListHeaders implements Headers, Omitted {

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
    public int count(String name) {
        int count = 0;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            count += namesAndValues[i].equalsIgnoreCase(name) ? 1 : 0;
        }
        return count;
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            action.accept(namesAndValues[i], namesAndValues[i + 1]);
        }
    }

    @Override
    public boolean contains(String name) {
        return omits(name);
    }

    @Override
    public void writeTo(FieldSink sink, Omitted omitted) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (!omitted.omits(namesAndValues[i])) {
                sink.field(namesAndValues[i], namesAndValues[i + 1]);
            }
        }
    }

    @Override
    public Omitted asOmitted() {
        return this;
    }

    @Override
    public boolean omits(String name) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean omits(byte[] block, int from, int length, int hash) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].length() == length && isSame(namesAndValues[i], block, from)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSame(String name, byte[] block, int from) {
        for (int i = 0; i < name.length(); i++) {
            int difference = name.charAt(i) ^ block[from + i];
            if (difference != 0 && (difference != 0x20 || !isLetter(block[from + i]))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(byte octet) {
        int lower = octet | 0x20;
        return lower >= 'a' && lower <= 'z';
    }
}
