package io.inferenceproxy.jdbc;

import java.time.Instant;

/** Times as whole numbers, nanoseconds since 1970; what is beyond the years 1677 and 2262 is as if it were at their edge. */
final class Nanos {

    private static final long SECOND = 1_000_000_000;

    private Nanos() {}

    static long of(Instant time) {
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), SECOND), time.getNano());
        } catch (ArithmeticException beyond) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    static Instant time(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
    }
}
