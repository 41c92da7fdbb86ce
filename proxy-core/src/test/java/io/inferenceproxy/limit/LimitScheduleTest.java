package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
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

/** A million decisions in random schedules of calls, pauses and charges given back, against a model that keeps every charge. */
class LimitScheduleTest {

    private static final int STEPS = 170_000;

    /** A rolling window of one caller: its charges, each by the number of its step. */
    private static final class Model {
        private final long quota;
        private final long period;
        private final Deque<long[]> charges = new ArrayDeque<>();

        Model(Window window) {
            this.quota = window.quota();
            this.period = window.period().toNanos();
        }

        long waitAt(long now) {
            while (!charges.isEmpty() && charges.peekFirst()[1] + period <= now) {
                charges.removeFirst();
            }
            return charges.size() < quota ? 0 : charges.peekFirst()[1] + period - now;
        }

        void giveBack(long number) {
            charges.removeIf(charge -> charge[0] == number);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void everyDecisionIsThatOfTheModel(long seed) {
        Random random = new Random(seed);
        Map<String, LimitPolicyOptions> options = new LinkedHashMap<>();
        options.put(
                "per-user",
                LimitPolicyOptions.DEFAULT.withWindows(List.of(
                        Window.of(1 + random.nextInt(6), Duration.ofSeconds(1 + random.nextInt(20))),
                        Window.of(1 + random.nextInt(12), Duration.ofSeconds(30 + random.nextInt(60))),
                        Window.of(8 + random.nextInt(20), Duration.ofSeconds(100 + random.nextInt(60))))));
        options.put(
                "global",
                LimitPolicyOptions.DEFAULT
                        .withKey(LimitKey.GLOBAL)
                        .withWindows(List.of(
                                Window.of(1 + random.nextInt(20), Duration.ofSeconds(1 + random.nextInt(40))))));
        ManualTicker ticker = new ManualTicker();
        RateLimiter limiter =
                LimitPolicies.of(options, ticker, LimitObserver.NONE).limiter();
        List<ProxyCall> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            calls.add(ContentCall.by("i", "user-" + i).call());
        }
        Map<Integer, List<Model>> models = new HashMap<>();
        Deque<Map.Entry<Integer, Charge>> outstanding = new ArrayDeque<>();
        long now = 0;
        for (int step = 0; step < STEPS; step++) {
            long pause = random.nextInt(4) == 0 ? random.nextLong(12_000_000_000L) : random.nextInt(1_000_000);
            ticker.advanceNanos(pause);
            now += pause;
            if (random.nextInt(8) == 0 && !outstanding.isEmpty()) {
                Map.Entry<Integer, Charge> charge = outstanding.poll();
                charge.getValue().giveBack();
                long number = charge.getKey();
                models.values().forEach(each -> each.forEach(model -> model.giveBack(number)));
            }
            int user = random.nextInt(calls.size());
            List<Model> holding = new ArrayList<>(models(models, user, options.get("per-user")));
            holding.addAll(models(models, -1, options.get("global")));
            long wait = 0;
            for (Model model : holding) {
                wait = Math.max(wait, model.waitAt(now));
            }

            LimitDecision decision = limiter.tryAcquire(calls.get(user));

            if (decision instanceof LimitDecision.Admitted admitted) {
                for (Model model : holding) {
                    model.charges.add(new long[] {step, now});
                }
                outstanding.add(Map.entry(step, admitted.charge()));
            }
            check(decision, wait, holding, seed, step);
        }
    }

    /** By hand, since a million assertions with their descriptions would take longer than all decisions. */
    private static void check(LimitDecision decision, long wait, List<Model> models, long seed, int step) {
        long told = decision instanceof LimitDecision.Refused refused
                ? refused.retryAfter().toNanos()
                : 0;
        boolean same = told == wait && decision.statuses().size() == models.size();
        for (int i = 0; same && i < models.size(); i++) {
            same = decision.statuses().get(i).remaining()
                    == models.get(i).quota - models.get(i).charges.size();
        }
        if (!same) {
            assertThat(decision.statuses())
                    .extracting(WindowStatus::remaining)
                    .as("seed %d, step %d, waits %d and %d", seed, step, told, wait)
                    .containsExactlyElementsOf(models.stream()
                            .map(model -> model.quota - model.charges.size())
                            .toList());
            assertThat(told).as("seed %d, step %d", seed, step).isEqualTo(wait);
        }
    }

    private static List<Model> models(Map<Integer, List<Model>> models, int key, LimitPolicyOptions policy) {
        return models.computeIfAbsent(
                key, k -> policy.windows().stream().map(Model::new).toList());
    }
}
