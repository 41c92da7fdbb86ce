package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;

/** A ticker's nanoseconds since this clock was made, wherever the ticker itself began to count. */
final class NanoClock {

    private final Ticker ticker;
    private final long origin;

    NanoClock(Ticker ticker) {
        this.ticker = ticker;
        this.origin = ticker.nanoTime();
    }

    long now() {
        return ticker.nanoTime() - origin;
    }
}
