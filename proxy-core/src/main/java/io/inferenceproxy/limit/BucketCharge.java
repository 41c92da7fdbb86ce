package io.inferenceproxy.limit;

import io.github.bucket4j.BucketState;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a call was charged: the turns of the windows of its counters. */
final class BucketCharge implements Charge {

    private final Counter[] counters;
    private final BucketState[][] charged;
    private final AtomicBoolean givenBack = new AtomicBoolean();

    BucketCharge(Counter[] counters, BucketState[][] charged) {
        this.counters = counters;
        this.charged = charged;
    }

    @Override
    public void giveBack() {
        if (givenBack.compareAndSet(false, true)) {
            for (int i = 0; i < counters.length; i++) {
                counters[i].giveBack(charged[i]);
            }
        }
    }
}
