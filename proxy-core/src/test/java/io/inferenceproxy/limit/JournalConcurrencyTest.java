package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many threads charge and give back while checkpoints are made one after the other: each charge is told once. */
@Timeout(60)
class JournalConcurrencyTest {

    private static final int USERS = 40;
    private static final int THREADS = 3;
    private static final int CALLS = 30_000;
    private static final int CALLS_A_TURN = 100;
    private static final int TURNS_AT_ONCE = 25;
    private static final long QUOTA = 1_000_000;

    @TempDir
    private Path directory;

    @Test
    void checkpointsUnderLoadLoseNothingAndTellNothingTwice() throws Exception {
        Map<String, LimitPolicyOptions> options = Map.of(
                "a", LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(QUOTA + " per day")),
                "b",
                        LimitPolicyOptions.DEFAULT
                                .withKey(LimitKey.GLOBAL)
                                .withWindows(Window.parseAll(QUOTA + " per day")));
        JournalledLimits limits = new JournalledLimits(directory.resolve("journal"), options, Ticker.system());
        Semaphore turns = new Semaphore(0); // as many calls as there is room for between two checkpoints
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int seed = thread;
            running.add(threads.submit(() -> calls(limits, turns, seed)));
        }
        int checkpoints = 0;
        while (running.stream().anyMatch(each -> !each.isDone())) {
            limits.journal().checkpoint();
            checkpoints++;
            if (turns.availablePermits() == 0) {
                turns.release(TURNS_AT_ONCE);
            }
        }
        threads.shutdown();
        for (Future<?> each : running) {
            each.get();
        }
        long dropped = limits.journal().dropped();
        limits.journal().write();

        JournalledLimits after = limits.killed(directory.resolve("copy"));

        assertThat(checkpoints).isGreaterThan(20);
        assertThat(dropped).as("room in between").isZero();
        for (int user = 0; user < USERS; user++) {
            assertThat(after.remaining("user-" + user)).isEqualTo(limits.remaining("user-" + user));
        }
        after.close();
        limits.close();
    }

    private static void calls(JournalledLimits limits, Semaphore turns, int seed) {
        for (int i = 0; i < CALLS; i++) {
            if (i % CALLS_A_TURN == 0) {
                turns.acquireUninterruptibly();
            }
            LimitDecision decision = limits.call("user-" + (i * 7 + seed) % USERS);
            if (i % 5 == 0 && decision instanceof LimitDecision.Admitted admitted) {
                admitted.charge().giveBack();
            }
        }
    }
}
