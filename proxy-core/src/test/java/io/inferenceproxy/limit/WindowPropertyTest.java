package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What holds of windows of every kind, with quotas so high that times are kept on a grid and with costs of any amount: never
 * too much in any span, and the told wait is enough.
 */
class WindowPropertyTest {

    private static final int STEPS = 30_000;

    private record Charged(long at, long amount) {}

    @ParameterizedTest
    @CsvSource({
        "rolling, 700, 10, 1",
        "rolling, 5000, 3600, 1",
        "rolling, 40, 60, 9",
        "rolling, 3000, 60, 40",
        "smooth, 700, 10, 1",
        "smooth, 40, 60, 9",
        "smooth, 3000, 60, 40",
        "fixed, 700, 10, 1",
        "fixed, 3000, 60, 40",
    })
    void neverTooMuchAndTheToldWaitIsEnough(String kind, long quota, int seconds, int mostAmount) {
        Random random = new Random(quota * 31 + seconds);
        WindowKind windows = WindowKind.valueOf(kind.toUpperCase(Locale.ROOT));
        LimitPolicyOptions options = LimitPolicyOptions.DEFAULT
                .withWindows(List.of(Window.of(quota, Duration.ofSeconds(seconds))))
                .withKind(windows)
                .withCost(LimitCost.parse("items:/items"));
        ManualTicker ticker = new ManualTicker();
        RateLimiter limiter = LimitPolicies.of(Map.of("p", options), ticker, LimitObserver.NONE)
                .limiter();
        ProxyCall call = ContentCall.by("i", "alice").call();
        List<Charged> charges = new ArrayList<>();
        long now = 0;
        long meanPause = Duration.ofSeconds(seconds).toNanos() * mostAmount / quota / 2;
        int refusals = 0;
        for (int step = 0; step < STEPS; step++) {
            long pause = random.nextInt(50) == 0 ? random.nextLong(60 * meanPause) : random.nextLong(meanPause + 1);
            ticker.advanceNanos(pause);
            now += pause;
            long amount = 1L + random.nextInt(mostAmount);
            LimitDecision decision = limiter.tryAcquire(call, new Items(amount));
            if (decision instanceof LimitDecision.Refused refused && random.nextInt(3) == 0) {
                refusals++;
                long wait = refused.retryAfter().toNanos();
                ticker.advanceNanos(wait);
                now += wait;
                decision = limiter.tryAcquire(call, new Items(amount));
                assertThat(decision)
                        .as("step %d, after the told wait", step)
                        .isInstanceOf(LimitDecision.Admitted.class);
            }
            if (decision instanceof LimitDecision.Admitted) {
                charges.add(new Charged(now, amount));
            }
        }

        assertThat(refusals).as("calls that waited").isGreaterThan(20);
        assertThat(mostInAnySpan(charges, Duration.ofSeconds(seconds).toNanos(), windows))
                .isLessThanOrEqualTo(windows == WindowKind.SMOOTH ? 2 * quota : quota);
    }

    /** Spans that matter end with a charge; those of fixed windows begin with their turns. */
    private static long mostInAnySpan(List<Charged> charges, long period, WindowKind kind) {
        long most = 0;
        long inside = 0;
        int first = 0;
        for (Charged charge : charges) {
            inside += charge.amount;
            long begin = kind == WindowKind.FIXED ? charge.at / period * period - 1 : charge.at - period;
            while (charges.get(first).at <= begin) {
                inside -= charges.get(first++).amount;
            }
            most = Math.max(most, inside);
        }
        return most;
    }

    /** Content with so many items. */
    private record Items(long count) implements CallContent {
        @Override
        public String text(String pointer) {
            return "";
        }

        @Override
        public long items(String pointer) {
            return count;
        }
    }
}
