package io.inferenceproxy.call;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * A thread's own source of identifiers: two SplitMix64 sequences that begin at places the system's generator chose, so that
 * an identifier of 128 bits comes twice as seldom as it should, and neither lock nor system call stands in the way.
 */
final class CallRandom {

    /** The longest text that is made here: a {@code traceparent} field. */
    private static final int LONGEST = 55;

    private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;
    private static final SecureRandom SEEDS = new SecureRandom();
    private static final ThreadLocal<CallRandom> OF_THREAD = ThreadLocal.withInitial(CallRandom::new);

    private final byte[] ascii = new byte[LONGEST];
    private long high = SEEDS.nextLong();
    private long low = SEEDS.nextLong();

    private CallRandom() {}

    /** The one of this thread. */
    static CallRandom current() {
        return OF_THREAD.get();
    }

    /** The next number of one sequence; the first half of what needs 128 bits. */
    long nextHigh() {
        high += GOLDEN_GAMMA;
        return mixed(high);
    }

    /** The next number of the other; never 0, since identifiers of a trace must not be (W3C Trace Context). */
    long nextLow() {
        low += GOLDEN_GAMMA;
        long number = mixed(low);
        return number == 0 ? 1 : number;
    }

    /** Room in which to compose a text, until the next one. */
    byte[] ascii() {
        return ascii;
    }

    /** What stands in that room. */
    String text(int length) {
        return new String(ascii, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Stafford's variant 13 of the finalizer of MurmurHash3, as in {@link java.util.SplittableRandom}. */
    private static long mixed(long state) {
        long once = (state ^ state >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        long twice = (once ^ once >>> 27) * 0x94d0_49bb_1331_11ebL;
        return twice ^ twice >>> 31;
    }
}
