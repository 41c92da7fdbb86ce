package io.inferenceproxy.http;

/** What one of two leaves out. */
record EitherOmitted(Omitted one, Omitted other) implements Omitted {

    @Override
    public boolean omits(String name) {
        return one.omits(name) || other.omits(name);
    }

    @Override
    public boolean omits(byte[] block, int from, int length, int hash) {
        return one.omits(block, from, length, hash) || other.omits(block, from, length, hash);
    }
}
