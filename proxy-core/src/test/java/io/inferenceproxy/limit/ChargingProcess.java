package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A process that charges a caller until it is killed, and prints when each call was admitted, in milliseconds since 1970. */
final class ChargingProcess {

    static final Duration INTERVAL = Duration.ofMillis(20);

    private ChargingProcess() {}

    static JournalOptions journal(Path file) {
        return JournalOptions.DEFAULT
                .withFile(file)
                .withInterval(INTERVAL)
                .withCheckpointSize(DataSize.ofKilobytes(64));
    }

    static Map<String, LimitPolicyOptions> options(String windows) {
        return Map.of("p", LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(windows)));
    }

    /**
     * Runs until it is killed.
     *
     * @param args the file of the journal, and the windows
     */
    public static void main(String[] args) {
        LimitJournal journal =
                LimitJournal.open(journal(Path.of(args[0])), Ticker.system()).orElseThrow();
        RateLimiter limiter =
                LimitPolicies.of(options(args[1]), LimitObserver.NONE, journal).limiter();
        journal.start();
        while (limiter.tryAcquire(JournalledLimits.callBy("alice")) instanceof LimitDecision.Admitted) {
            System.out.println(System.currentTimeMillis());
            for (int other = 0; other < 20; other++) {
                limiter.tryAcquire(JournalledLimits.callBy("user-" + other)); // so that checkpoints are made
            }
        }
        System.out.println("refused");
    }
}
