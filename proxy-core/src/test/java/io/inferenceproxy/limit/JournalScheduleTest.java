package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Charges, what is given back and settled, writes, checkpoints, restarts and kills at random: after each, every caller stands
 * exactly as if the same had been done, less what a kill took, without any of that.
 */
class JournalScheduleTest {

    private static final int STEPS = 1_000;
    private static final int USERS = 5;
    private static final LimitCost COST = LimitCost.parse("header:X-Cost");

    @TempDir
    private Path directory;

    private enum Kind {
        CALL,
        GIVE_BACK,
        SETTLE
    }

    /**
     * Something that was done.
     *
     * @param call which of the calls it is about
     */
    private record Step(Kind kind, long at, int user, int call, long actual) {}

    /** Limits of one process, and the charges that it still knows. */
    private static final class World {
        private final RateLimiter limiter;
        private final Map<Integer, Charge> charges = new HashMap<>();

        World(RateLimiter limiter) {
            this.limiter = limiter;
        }

        boolean apply(Step step) {
            if (step.kind == Kind.CALL) {
                LimitDecision decision = limiter.tryAcquire(JournalledLimits.callBy("user-" + step.user));
                if (decision instanceof LimitDecision.Admitted admitted) {
                    charges.put(step.call, admitted.charge());
                    return true;
                }
                return false;
            }
            Charge charge = charges.get(step.call);
            if (charge == null) {
                return false;
            }
            if (step.kind == Kind.GIVE_BACK) {
                charge.giveBack();
                charges.remove(step.call);
            } else {
                charge.settle(COST, step.actual);
            }
            return true;
        }

        List<List<WindowStatus>> standing() {
            List<List<WindowStatus>> all = new ArrayList<>();
            for (int user = 0; user < USERS; user++) {
                all.add(limiter.peek(JournalledLimits.callBy("user-" + user)));
            }
            return all;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rolling, 40 units per minute; 200 units per hour, UTC",
        "rolling, 40 units per second; 3000 units per 10 minute, UTC",
        "rolling, 2000 units per minute; 9000 units per hour, UTC",
        "fixed, 40 units per minute; 300 units per hour; 900 units per day, Europe/Berlin",
        "smooth, 40 units per minute; 200 units per hour, UTC",
    })
    void everyCallerStandsAsIfThereHadBeenNoRestart(String kind, String windows, String zone) {
        LimitPolicyOptions policy = LimitPolicyOptions.DEFAULT
                .withCost(COST)
                .withEstimate(5)
                .withWindows(Window.parseAll(windows))
                .withKind(WindowKind.valueOf(kind.toUpperCase(Locale.ROOT)))
                .withZone(zone);
        Map<String, LimitPolicyOptions> options = Map.of("p", policy);
        Random random = new Random(windows.hashCode());
        ManualTicker ticker = new ManualTicker();
        long now = 0;
        List<Step> done = new ArrayList<>();
        int written = 0;
        int restarts = 0;
        JournalledLimits limits = new JournalledLimits(directory.resolve("0"), options, ticker);
        World world = new World(limits.limiter());
        ManualTicker modelTicker = new ManualTicker();
        World model = model(options, done, 0, modelTicker);
        for (int number = 0; number < STEPS; number++) {
            long pause = random.nextInt(20) == 0 ? random.nextLong(400_000_000_000L) : random.nextLong(2_000_000_000);
            if (random.nextBoolean()) {
                pause = 0;
            }
            ticker.advanceNanos(pause);
            modelTicker.advanceNanos(pause);
            now += pause;
            int dice = random.nextInt(100);
            if (dice < 80) {
                Step step = step(random, done, now, number);
                boolean admitted = world.apply(step);
                assertThat(model.apply(step)).as("step %d", number).isEqualTo(admitted);
                if (admitted) {
                    done.add(step);
                }
            } else if (dice < 90) {
                limits.journal().write();
                written = done.size();
            } else if (dice < 94) {
                limits.journal().checkpoint();
                written = done.size();
            } else {
                restarts++;
                if (dice < 97) {
                    limits = limits.killed(directory.resolve("killed-" + number));
                    done.subList(written, done.size()).clear();
                } else {
                    limits = limits.restarted();
                    written = done.size();
                }
                world = new World(limits.limiter());
                modelTicker = new ManualTicker();
                model = model(options, done, now, modelTicker);
                model.charges.clear();
            }
            assertThat(world.standing()).as("after step %d", number).isEqualTo(model.standing());
        }
        assertThat(restarts).isGreaterThan(40);
    }

    private static Step step(Random random, List<Step> done, long now, int number) {
        int dice = random.nextInt(10);
        if (dice < 7 || done.isEmpty()) {
            return new Step(Kind.CALL, now, random.nextInt(USERS), number, 0);
        }
        int recent = Math.max(0, done.size() - 10);
        int call = done.get(recent + random.nextInt(done.size() - recent)).call;
        return dice < 9
                ? new Step(Kind.GIVE_BACK, now, 0, call, 0)
                : new Step(Kind.SETTLE, now, 0, call, 1 + random.nextInt(9));
    }

    /** The same from the beginning, in a process that never ended. */
    private static World model(
            Map<String, LimitPolicyOptions> options, List<Step> done, long now, ManualTicker ticker) {
        World model =
                new World(LimitPolicies.of(options, ticker, LimitObserver.NONE).limiter());
        long at = 0;
        for (Step step : done) {
            ticker.advanceNanos(step.at - at);
            at = step.at;
            model.apply(step);
        }
        ticker.advanceNanos(now - at);
        return model;
    }
}
