package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.limit.ChargingProcess.Told;
import io.inferenceproxy.time.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed in the middle of calls: what it admitted counts in the next one, but for the last moments.
 *
 * <p>How long these are at most follows from two things, and of neither it matters how busy the machine is. What was admitted
 * before the last write began, of which the process told, counts. And writes begin an interval apart: something may hold up some
 * of them, but not all.
 */
class KilledProxyTest {

    private static final long QUOTA = 100_000_000;
    private static final String WINDOWS = QUOTA + " per day";
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private long counted;

    /** When writes were in time, one after the other, and the next is near: then a kill takes the most. */
    private static final class InTime implements Predicate<Told> {
        private static final long INTERVAL_NANOS =
                JournalOptions.DEFAULT.interval().toNanos();

        /** With a tenth for the timers of the system. */
        private static final long APART_NANOS = INTERVAL_NANOS * 11 / 10;

        private static final long NEAR_NANOS = INTERVAL_NANOS * 8 / 10;

        private static final int IN_A_ROW = 3;

        private @Nullable Told last;
        private int inTime;

        @Override
        public boolean test(Told told) {
            if (last == null) {
                last = told;
            } else if (told.writtenFrom() > last.writtenTo()) { // another one
                inTime = told.writtenTo() - last.writtenFrom() <= APART_NANOS ? inTime + 1 : 0;
                last = told;
            }
            return inTime >= IN_A_ROW && told.at() - told.writtenTo() >= NEAR_NANOS;
        }
    }

    /** When the journal has become shorter some times. */
    private static final class Checkpoints implements Predicate<Told> {
        private static final int SOME = 3;

        private long size;
        private int made;

        @Override
        public boolean test(Told told) {
            made += told.size() < size ? 1 : 0;
            size = told.size();
            return made == SOME;
        }
    }

    @Test
    void whatWasAdmittedBeforeTheLastWriteBeganCountsAndWritesBeginAnIntervalApart() throws Exception {
        assertCounted(admittedUntilKilled(20, 0, new Checkpoints())); // more than can be written as it comes
        assertCounted(admittedUntilKilled(1, 1, new InTime()));
        assertCounted(admittedUntilKilled(1, 1, new InTime()));
    }

    private Path file() {
        return directory.resolve("limits.journal");
    }

    private void assertCounted(List<Told> admitted) {
        long used = used() - counted;
        counted += used;

        long written = admitted.stream().mapToLong(Told::writtenFrom).max().orElseThrow();
        assertThat(used)
                .isBetween(
                        admitted.stream().filter(each -> each.at() < written).count(),
                        admitted.size() + 1L); // one more may have been admitted that was not told
        assertThat(used).isPositive();
    }

    private List<Told> admittedUntilKilled(int others, int pauseMillis, Predicate<Told> enough)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChargingProcess.class.getName(),
                        file().toString(),
                        WINDOWS,
                        Integer.toString(others),
                        Integer.toString(pauseMillis))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<Told> admitted = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            Told told;
            do {
                told = Told.parse(out.readLine());
                admitted.add(told);
                assertThat(told.at() - admitted.get(0).at())
                        .as("without any %s", enough.getClass().getSimpleName())
                        .isLessThan(LONGEST.toNanos());
            } while (!enough.test(told));
            process.toHandle().destroyForcibly(); // the process itself would close its output unread
            out.lines().filter(Told::isWhole).map(Told::parse).forEach(admitted::add);
        } finally {
            process.destroyForcibly().waitFor();
        }
        return admitted;
    }

    private long used() {
        try (LimitJournal journal = LimitJournal.open(ChargingProcess.journal(file()), Ticker.system())
                .orElseThrow()) {
            RateLimiter limiter = LimitPolicies.of(ChargingProcess.options(WINDOWS), LimitObserver.NONE, journal)
                    .limiter();
            return QUOTA - limiter.peek(JournalledLimits.callBy("alice")).get(0).remaining();
        }
    }
}
