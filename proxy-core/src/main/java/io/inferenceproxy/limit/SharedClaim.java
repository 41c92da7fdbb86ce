package io.inferenceproxy.limit;

/**
 * What a request asks of one window of one caller.
 *
 * @param window the window
 * @param key whose it is
 * @param amount how much is charged or given back
 * @param quota how much the caller may; 0 where the caller's plan has no such window, which is then counted but not judged
 * @param turns when a fixed window begins anew, around now
 */
public record SharedClaim(SharedWindow window, CounterKey key, long amount, long quota, Turns turns) {

    /**
     * The turn that a fixed window should be in, the one before and the one after: the proxy knows the calendar, the shared
     * clock decides which of them it is. In microseconds since 1970.
     *
     * @param before when the turn before began
     * @param begin when this one began
     * @param end when the next one begins
     * @param after when the next one ends
     */
    public record Turns(long before, long begin, long end, long after) {

        /** Of windows that know no turns. */
        public static final Turns NONE = new Turns(0, 0, 0, 0);
    }
}
