package io.inferenceproxy.redis;

/**
 * A smooth window: until when it owes for what was charged, one after the other. It is exact to the microsecond, and so is the
 * script where one call takes no longer than half a second.
 */
final class ModelledSmooth implements ModelledWindow {

    private long paidAt;

    private static long each(Ask ask) {
        return ask.period() / ask.quota();
    }

    private static long burst(Ask ask) {
        return ask.claim().window().burst();
    }

    private long debt(long now) {
        return Math.max(0, paidAt - now);
    }

    @Override
    public long waitOf(Ask ask) {
        return ask.amount() > burst(ask)
                ? NEVER
                : Math.max(0, debt(ask.now()) + (ask.amount() - burst(ask)) * each(ask));
    }

    /** What has come back by itself since then is neither charged nor given back. */
    @Override
    public void change(Ask ask) {
        long late = Math.max(0, ask.now() - ask.at());
        long micros = Math.max(0, ask.amount() * each(ask) - late);
        long debt = debt(ask.now());
        paidAt = ask.now()
                + switch (ask.verb()) {
                    case CHARGE, ADD -> debt + micros;
                    case GIVE_BACK -> Math.max(0, debt - micros);
                    default -> throw new IllegalStateException(ask.toString());
                };
    }

    @Override
    public long remaining(Ask ask) {
        return Math.floorDiv(burst(ask) * each(ask) - debt(ask.now()), each(ask));
    }

    @Override
    public long reset(Ask ask) {
        long debt = debt(ask.now());
        return debt == 0 ? ask.period() : Math.max(1, debt + (remaining(ask) + 1 - burst(ask)) * each(ask));
    }

    @Override
    public long until() {
        return paidAt;
    }
}
