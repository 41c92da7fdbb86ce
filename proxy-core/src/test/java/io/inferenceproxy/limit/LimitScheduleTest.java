package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random schedules of calls, pauses and charges given back, against a model that keeps every charge it ever made. */
class LimitScheduleTest {

    private static final int STEPS = 4_000;

    /** One window of one caller: the charges of its present turn, by number, and when the turn began. */
    private static final class Turn {
        private final long quota;
        private final long period;
        private final List<Integer> charges = new ArrayList<>();
        private long began;

        Turn(Window window) {
            this.quota = window.quota();
            this.period = window.period().toNanos();
        }

        long waitAt(long now) {
            if (!charges.isEmpty() && now - began >= period) {
                charges.clear();
            }
            return charges.size() < quota ? 0 : began + period - now;
        }

        void charge(int number, long now) {
            if (charges.isEmpty()) {
                began = now;
            }
            charges.add(number);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void everyDecisionIsThatOfTheModel(long seed) {
        Random random = new Random(seed);
        Map<String, LimitPolicyOptions> options = new LinkedHashMap<>();
        options.put(
                "per-user",
                LimitPolicyOptions.DEFAULT.withWindows(List.of(
                        Window.of(1 + random.nextInt(6), Duration.ofSeconds(1 + random.nextInt(20))),
                        Window.of(1 + random.nextInt(12), Duration.ofSeconds(30 + random.nextInt(60))))));
        options.put(
                "global",
                LimitPolicyOptions.DEFAULT
                        .withKey(LimitKey.GLOBAL)
                        .withWindows(List.of(
                                Window.of(1 + random.nextInt(20), Duration.ofSeconds(1 + random.nextInt(40))))));
        ManualTicker ticker = new ManualTicker();
        RateLimiter limiter =
                LimitPolicies.of(options, ticker, LimitObserver.NONE).limiter();
        Map<String, List<Turn>> model = new HashMap<>();
        Deque<Map.Entry<Integer, Charge>> outstanding = new ArrayDeque<>();
        long now = 0;
        for (int step = 0; step < STEPS; step++) {
            long pause = random.nextInt(4) == 0 ? random.nextLong(12_000_000_000L) : random.nextInt(1_000_000);
            ticker.advanceNanos(pause);
            now += pause;
            if (random.nextInt(5) == 0 && !outstanding.isEmpty()) {
                Map.Entry<Integer, Charge> charge = outstanding.poll();
                charge.getValue().giveBack();
                model.values().forEach(turns -> turns.forEach(turn -> turn.charges.remove(charge.getKey())));
                continue;
            }
            String user = "user-" + random.nextInt(4);
            List<Turn> turns = new ArrayList<>(turns(model, user, options.get("per-user")));
            turns.addAll(turns(model, "all", options.get("global")));
            long wait = 0;
            for (Turn turn : turns) {
                wait = Math.max(wait, turn.waitAt(now));
            }

            LimitDecision decision =
                    limiter.tryAcquire(ContentCall.by("i", user).call());

            if (decision instanceof LimitDecision.Admitted admitted) {
                assertThat(wait).as("seed %d, step %d: admitted", seed, step).isZero();
                for (Turn turn : turns) {
                    turn.charge(step, now);
                }
                outstanding.add(Map.entry(step, admitted.charge()));
            } else {
                assertThat(((LimitDecision.Refused) decision).retryAfter())
                        .as("seed %d, step %d: refused", seed, step)
                        .isEqualTo(Duration.ofNanos(wait));
            }
            assertThat(decision.statuses())
                    .extracting(WindowStatus::remaining)
                    .as("seed %d, step %d", seed, step)
                    .containsExactlyElementsOf(turns.stream()
                            .map(turn -> turn.quota - turn.charges.size())
                            .toList());
        }
    }

    private static List<Turn> turns(Map<String, List<Turn>> model, String key, LimitPolicyOptions policy) {
        return model.computeIfAbsent(
                key, k -> policy.windows().stream().map(Turn::new).toList());
    }
}
