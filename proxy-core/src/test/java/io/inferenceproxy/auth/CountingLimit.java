package io.inferenceproxy.auth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A limit that never refills and tells what is charged. */
final class CountingLimit implements FailureLimit {

    static final Duration WAIT = Duration.ofMillis(41_500);

    private final int quota;
    private final Map<String, Integer> charges = new ConcurrentHashMap<>();

    CountingLimit(int quota) {
        this.quota = quota;
    }

    @Override
    public Optional<Duration> tryCharge(String key) {
        boolean[] charged = new boolean[1];
        charges.compute(key, (same, before) -> {
            int count = before == null ? 0 : before;
            charged[0] = count < quota;
            return charged[0] ? count + 1 : count;
        });
        return charged[0] ? Optional.empty() : Optional.of(WAIT);
    }

    @Override
    public void giveBack(String key) {
        charges.merge(key, -1, Integer::sum);
    }

    int charged(String key) {
        return charges.getOrDefault(key, 0);
    }

    List<String> keys() {
        return new ArrayList<>(charges.keySet());
    }
}
