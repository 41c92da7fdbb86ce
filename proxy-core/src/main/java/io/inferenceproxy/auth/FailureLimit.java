package io.inferenceproxy.auth;

import java.time.Duration;
import java.util.Optional;

/** How many failures may be had by whom; how it counts is not this package's affair. Safe for many threads. */
public interface FailureLimit {

    /** Charges one failure to the key and returns empty; or charges nothing and says how long to wait. */
    Optional<Duration> tryCharge(String key);

    /** Takes back one charge, because it was no failure after all. */
    void giveBack(String key);

    /** Without a limit. */
    FailureLimit NONE = new FailureLimit() {
        @Override
        public Optional<Duration> tryCharge(String key) {
            return Optional.empty();
        }

        @Override
        public void giveBack(String key) {
            // nothing was charged
        }
    };
}
