package io.inferenceproxy.limit;

/**
 * What remembers the charges to the counters of one policy beyond the life of the process. Called with the monitor of the
 * counter's stripe, so it hears of each counter in the order of its charges; must be quick and safe for many threads.
 */
interface ChargeJournal {

    /** Remembers nothing. */
    ChargeJournal NONE = new ChargeJournal() {
        @Override
        public void charged(CounterKey key, long amount, long at, int epoch) {
            // forgotten
        }

        @Override
        public void givenBack(CounterKey key, long amount, long chargedAt, long at, int epoch) {
            // forgotten
        }
    };

    /**
     * So much was charged under the key.
     *
     * @param epoch that of the counter's stripe: which checkpoints know of it already
     */
    void charged(CounterKey key, long amount, long at, int epoch);

    /** So much of what was charged under the key at a time was given back at another. */
    void givenBack(CounterKey key, long amount, long chargedAt, long at, int epoch);
}
