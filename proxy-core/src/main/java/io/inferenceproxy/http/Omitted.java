package io.inferenceproxy.http;

/**
 * Which fields are left out when others are handed on, asked by name: as text, or by the bytes of a name where they stand,
 * so that no string is made for a field that only passes through.
 */
public interface Omitted {

    /** Leaves out nothing. */
    Omitted NOTHING = new Omitted() {
        @Override
        public boolean omits(String name) {
            return false;
        }

        @Override
        public boolean omits(byte[] block, int from, int length, int hash) {
            return false;
        }
    };

    /** Whether fields of this name are left out. */
    boolean omits(String name);

    /**
     * Whether fields of this name are left out.
     *
     * @param block where the name stands
     * @param from its first byte
     * @param length how many bytes it has
     * @param hash its hash by {@link HeaderNames#hash}
     */
    boolean omits(byte[] block, int from, int length, int hash);

    /** What either leaves out. */
    default Omitted or(Omitted other) {
        if (other == NOTHING) {
            return this;
        }
        return this == NOTHING ? other : new EitherOmitted(this, other);
    }
}
