package io.inferenceproxy.limit;

/**
 * SipHash-2-4 with 128 bits (Aumasson and Bernstein): a hash under a secret seed. Whoever does not know the seed can
 * neither find two inputs with the same hash nor aim at a place in a table, so the hash can stand for the input.
 *
 * <p>The input comes in words of eight bytes. Good for one hash at a time, of one thread.
 */
final class SipHash {

    private static final ThreadLocal<SipHash> OF_THREAD = ThreadLocal.withInitial(SipHash::new);

    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long bytes;

    private SipHash() {}

    /** That of this thread, with no input yet; whatever it was used for before must be done with. */
    static SipHash begun(long seed0, long seed1) {
        SipHash hash = OF_THREAD.get();
        hash.begin(seed0, seed1);
        return hash;
    }

    private void begin(long seed0, long seed1) {
        bytes = 0;
        v0 = seed0 ^ 0x736f6d6570736575L;
        v1 = seed1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = seed0 ^ 0x6c7967656e657261L;
        v3 = seed1 ^ 0x7465646279746573L;
    }

    void add(long word) {
        compress(word);
        bytes += Long.BYTES;
    }

    /** Adds a text, four characters a word, the last filled up with zeros: where its length matters, add that too. */
    void add(String text) {
        int length = text.length();
        // All in variables of the method, which need not be written to memory word by word.
        long a = v0;
        long b = v1;
        long c = v2;
        long d = v3;
        for (int i = 0; i < length; i += 4) {
            long word = i + 4 <= length
                    ? text.charAt(i)
                            | (long) text.charAt(i + 1) << 16
                            | (long) text.charAt(i + 2) << 32
                            | (long) text.charAt(i + 3) << 48
                    : rest(text, i);
            d ^= word;
            for (int round = 0; round < 2; round++) {
                a += b;
                b = Long.rotateLeft(b, 13) ^ a;
                a = Long.rotateLeft(a, 32);
                c += d;
                d = Long.rotateLeft(d, 16) ^ c;
                a += d;
                d = Long.rotateLeft(d, 21) ^ a;
                c += b;
                b = Long.rotateLeft(b, 17) ^ c;
                c = Long.rotateLeft(c, 32);
            }
            a ^= word;
        }
        v0 = a;
        v1 = b;
        v2 = c;
        v3 = d;
        bytes += (length + 3L) / 4 * Long.BYTES;
    }

    private static long rest(String text, int from) {
        long rest = 0;
        for (int i = text.length() - 1; i >= from; i--) {
            rest = rest << 16 | text.charAt(i);
        }
        return rest;
    }

    /** Ends the input and returns the first half of the hash. */
    long first() {
        compress(bytes << 56);
        v2 ^= 0xee;
        return finished();
    }

    /** The second half, after the first. */
    long second() {
        v1 ^= 0xdd;
        return finished();
    }

    private void compress(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private long finished() {
        round();
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }
}
