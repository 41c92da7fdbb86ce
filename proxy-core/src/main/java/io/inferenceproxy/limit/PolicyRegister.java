package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says now and then which policies this proxy has, and has the log name those that no proxy has any more: renamed or removed,
 * they count for nothing. While some proxies still have them, as in a restart of one after the other, nothing is said.
 */
final class PolicyRegister {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyRegister.class);

    private static final long EVERY_NANOS = SharedCounters.ABSENCE.toNanos() / 4;

    private final SharedCounters counters;
    private final Ticker ticker;
    private long saidAt;

    PolicyRegister(SharedCounters counters, Ticker ticker) {
        this.counters = counters;
        this.ticker = ticker;
        this.saidAt = ticker.nanoTime() - EVERY_NANOS;
    }

    /** Says it if it is time to; what fails is said the next time. */
    void round(List<SharedPolicy> policies) {
        long now = ticker.nanoTime();
        if (now - saidAt < EVERY_NANOS) {
            return;
        }
        saidAt = now;
        List<String> names = policies.stream()
                .map(each -> each.policy().countedAs())
                .distinct()
                .toList();
        counters.register(names).thenAccept(gone -> gone.forEach(PolicyRegister::tell));
    }

    private static void tell(String gone) {
        LOG.warn(
                "the policy {} is no more: no proxy has had it for {} minutes, and what it had counted counts for no other",
                gone,
                SharedCounters.ABSENCE.toMinutes());
    }
}
