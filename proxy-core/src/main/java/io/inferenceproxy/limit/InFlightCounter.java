package io.inferenceproxy.limit;

/** How many calls are under way at once: a charge holds until its call ends. */
final class InFlightCounter implements Counter {

    /** What those are told who are too many: nobody knows when a call ends. */
    private static final long SECOND = 1_000_000_000L;

    private long inFlight;

    private InFlightCounter() {}

    @Override
    public void refresh(long now) {
        // time changes nothing here
    }

    @Override
    public boolean isEmpty() {
        return inFlight == 0;
    }

    @Override
    public void charge(long amount, long now, long[] quotas) {
        inFlight++;
    }

    @Override
    public void giveBack(long amount, long chargedAt, long now, long[] quotas) {
        inFlight = Math.max(0, inFlight - 1);
    }

    @Override
    public long remaining(int window, long quota, long now) {
        return quota - inFlight;
    }

    @Override
    public long waitNanos(int window, long quota, long amount, long now) {
        return inFlight < quota ? 0 : SECOND;
    }

    @Override
    public long resetNanos(int window, long quota, long now) {
        return inFlight == 0 ? 0 : SECOND;
    }

    @Override
    public void saveTo(Charges charges, long now) {
        // what is under way ends with the process
    }

    /** The same for all. */
    enum Rules implements Counting {
        INSTANCE;

        private static final long[] PERIODS = {0};

        @Override
        public long[] periods() {
            return PERIODS;
        }

        @Override
        public Counter counter() {
            return new InFlightCounter();
        }

        @Override
        public boolean isLike(Counting other) {
            return other instanceof Rules;
        }

        @Override
        public boolean isHeld() {
            return true;
        }
    }
}
