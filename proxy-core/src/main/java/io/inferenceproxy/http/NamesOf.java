package io.inferenceproxy.http;

import java.nio.charset.StandardCharsets;

/** The names of some fields as what is left out of others. */
record NamesOf(Headers fields) implements Omitted {

    @Override
    public boolean omits(String name) {
        return fields.contains(name);
    }

    @Override
    public boolean omits(byte[] block, int from, int length, int hash) {
        return fields.contains(new String(block, from, length, StandardCharsets.ISO_8859_1));
    }
}
