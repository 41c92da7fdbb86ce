package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A process that charges a caller until it is killed, and prints of each call when it was admitted and what was written then. */
final class ChargingProcess {

    private static final String END = ".";

    private ChargingProcess() {}

    /**
     * A call that was admitted, by the clock of the process.
     *
     * @param at when that was known
     * @param writtenFrom up to when at least all that was charged had been written by then
     * @param writtenTo up to when at most
     * @param size bytes of the journal
     */
    record Told(long at, long writtenFrom, long writtenTo, long size) {

        /** The same from a line of it, when that is whole. */
        static boolean isWhole(String line) {
            return line.endsWith(END);
        }

        static Told parse(String line) {
            String[] parts = line.substring(0, line.length() - END.length()).split(" ", -1);
            return new Told(
                    Long.parseLong(parts[0]),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]));
        }

        private String line() {
            return at + " " + writtenFrom + " " + writtenTo + " " + size + END;
        }
    }

    /** As by default, but for checkpoints, which are made often. */
    static JournalOptions journal(Path file) {
        return JournalOptions.DEFAULT.withFile(file).withCheckpointSize(DataSize.ofKilobytes(64));
    }

    static Map<String, LimitPolicyOptions> options(String windows) {
        return Map.of("p", LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(windows)));
    }

    /**
     * Runs until it is killed.
     *
     * @param args the file of the journal, the windows, how many others call each time, and milliseconds between the times
     */
    public static void main(String[] args) {
        LimitJournal journal =
                LimitJournal.open(journal(Path.of(args[0])), Ticker.system()).orElseThrow();
        RateLimiter limiter =
                LimitPolicies.of(options(args[1]), LimitObserver.NONE, journal).limiter();
        int others = Integer.parseInt(args[2]);
        long pause = Duration.ofMillis(Long.parseLong(args[3])).toNanos();
        journal.start();
        while (limiter.tryAcquire(JournalledLimits.callBy("alice")) instanceof LimitDecision.Admitted) {
            long at = System.nanoTime();
            long age = journal.age().toNanos();
            long read = System.nanoTime();
            System.out.println(new Told(at, at - age, read - age, journal.size()).line());
            for (int other = 0; other < others; other++) {
                limiter.tryAcquire(JournalledLimits.callBy("user-" + other));
            }
            if (pause > 0) {
                LockSupport.parkNanos(pause);
            }
        }
        System.out.println("refused");
    }
}
