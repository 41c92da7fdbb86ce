package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random schedules of calls that reserve, settle for less or more, or come to nothing: no unit is lost or made. */
class SettlementScheduleTest {

    private static final int STEPS = 30_000;
    private static final LimitCost USAGE = LimitCost.parse("usage");
    private static final LimitPolicyOptions BUDGET = LimitPolicyOptions.DEFAULT
            .withCost(USAGE)
            .withEstimate(20)
            .withWindows(Window.parseAll("200 tokens per minute; 500 tokens per 5 minutes"));

    /** Units that were charged at one time. */
    private static final class Units {
        private final long at;
        private long amount;

        Units(long at, long amount) {
            this.at = at;
            this.amount = amount;
        }
    }

    private record Open(Charge charge, Units reserved) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5})
    void theWindowsStandAsAllChargesTogetherSay(long seed) {
        Random random = new Random(seed);
        ManualTicker ticker = new ManualTicker();
        RateLimiter limiter = LimitPolicies.of(Map.of("budget", BUDGET), ticker, LimitObserver.NONE)
                .limiter();
        ProxyCall call = ContentCall.by("i", "alice").call();
        List<Units> all = new ArrayList<>();
        List<Open> open = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < STEPS; step++) {
            long pause = random.nextLong(6_000_000_000L);
            ticker.advanceNanos(pause);
            now += pause;
            long past = now - 400_000_000_000L;
            all.removeIf(units -> units.at < past);
            if (open.isEmpty() || random.nextBoolean()) {
                if (limiter.tryAcquire(call) instanceof LimitDecision.Admitted admitted) {
                    Units reserved = new Units(now, 20);
                    all.add(reserved);
                    open.add(new Open(admitted.charge(), reserved));
                }
            } else {
                Open done = open.remove(random.nextInt(open.size()));
                if (random.nextInt(4) == 0) {
                    done.charge.giveBack();
                    done.reserved.amount = 0;
                } else {
                    long actual = random.nextInt(50);
                    done.charge.settle(USAGE, actual);
                    if (actual > 20) {
                        all.add(new Units(now, actual - 20));
                    } else {
                        done.reserved.amount = actual;
                    }
                }
            }
            long at = now;
            List<WindowStatus> statuses = limiter.peek(call);
            for (WindowStatus status : statuses) {
                long used = all.stream()
                        .filter(units -> at - units.at < status.window().seconds() * 1_000_000_000L)
                        .mapToLong(units -> units.amount)
                        .sum();
                if (status.remaining() != Math.max(0, status.window().quota() - used)) {
                    assertThat(status.remaining())
                            .as("seed %d, step %d, %s", seed, step, status.window())
                            .isEqualTo(Math.max(0, status.window().quota() - used));
                }
            }
        }
    }
}
