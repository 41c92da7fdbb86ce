package io.inferenceproxy.limit;

/**
 * What remembers charges beyond the life of the process. Called on the I/O thread of the call, after the decision; must be
 * quick and safe for many threads.
 */
interface ChargeJournal {

    /** Remembers nothing. */
    ChargeJournal NONE = new ChargeJournal() {
        @Override
        public void charged(LimitPolicy policy, CounterKey key, long amount, long at) {
            // forgotten
        }

        @Override
        public void givenBack(LimitPolicy policy, CounterKey key, long amount, long chargedAt) {
            // forgotten
        }
    };

    /** So much was charged under the key at that time. */
    void charged(LimitPolicy policy, CounterKey key, long amount, long at);

    /** So much of what was charged at that time was given back. */
    void givenBack(LimitPolicy policy, CounterKey key, long amount, long chargedAt);
}
