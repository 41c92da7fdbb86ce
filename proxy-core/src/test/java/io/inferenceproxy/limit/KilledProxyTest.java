package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.time.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle of calls: what it admitted counts in the next one, but for the last moments. */
@Timeout(60)
class KilledProxyTest {

    private static final long QUOTA = 100_000_000;
    private static final String WINDOWS = QUOTA + " per day";

    /** The interval, and what a machine may take that is busy with other things. */
    private static final long MOST_LOST_MILLIS = 1_000;

    @TempDir
    private Path directory;

    @Test
    void whatWasAdmittedCountsAndNothingElse() throws Exception {
        Path file = directory.resolve("limits.journal");
        long before = 0;
        for (int round = 1; round <= 2; round++) {
            List<Long> admitted = admittedUntilKilled(file);

            long used = used(file) - before;

            long killed = admitted.get(admitted.size() - 1);
            assertThat(used)
                    .as("round %d", round)
                    .isBetween(
                            admitted.stream()
                                    .filter(at -> at < killed - MOST_LOST_MILLIS)
                                    .count(),
                            admitted.size() + 1L); // one more may have been admitted that was not told
            assertThat(used).isPositive();
            before += used;
        }
    }

    private List<Long> admittedUntilKilled(Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChargingProcess.class.getName(),
                        file.toString(),
                        WINDOWS)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<Long> admitted = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            long first = Long.parseLong(out.readLine());
            admitted.add(first);
            long last = first;
            while (last < first + MOST_LOST_MILLIS + 500) {
                last = Long.parseLong(out.readLine());
                admitted.add(last);
            }
            process.toHandle().destroyForcibly(); // the process itself would close its output unread
            Stream<String> rest = out.lines().filter(line -> line.length() == 13);
            rest.map(Long::valueOf).forEach(admitted::add);
        }
        process.waitFor();
        return admitted;
    }

    private static long used(Path file) {
        try (LimitJournal journal = LimitJournal.open(ChargingProcess.journal(file), Ticker.system())
                .orElseThrow()) {
            RateLimiter limiter = LimitPolicies.of(ChargingProcess.options(WINDOWS), LimitObserver.NONE, journal)
                    .limiter();
            return QUOTA - limiter.peek(JournalledLimits.callBy("alice")).get(0).remaining();
        }
    }
}
