package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmoothCounterTest {

    private final ManualTicker ticker = new ManualTicker();

    private RateLimiter limiter(String window, long burst) {
        LimitPolicyOptions options = LimitPolicyOptions.DEFAULT
                .withWindows(Window.parseAll(window))
                .withKind(WindowKind.SMOOTH)
                .withBurst(burst);
        return LimitPolicies.of(Map.of("p", options), ticker, LimitObserver.NONE)
                .limiter();
    }

    private static LimitDecision call(RateLimiter limiter) {
        return limiter.tryAcquire(ContentCall.by("i", "alice").call());
    }

    @ParameterizedTest
    @CsvSource({"7 per minute, 0, 7", "7 per minute, 3, 3", "3 per 7 seconds, 11, 11", "1000000000 per second, 0, 1000"
    })
    void aBurstIsAdmittedWholeAndToldUnitByUnit(String window, long burst, int calls) {
        RateLimiter limiter = limiter(window, burst);
        long before = limiter.peek(ContentCall.by("i", "alice").call()).get(0).remaining();
        for (int i = 1; i <= calls; i++) {
            LimitDecision decision = call(limiter);

            assertThat(decision).isInstanceOf(LimitDecision.Admitted.class);
            assertThat(decision.statuses().get(0).remaining()).isEqualTo(before - i);
        }
    }

    @Test
    void quotaComesBackOneByOne() {
        RateLimiter limiter = limiter("6 per minute", 2);
        call(limiter);
        call(limiter);
        assertThat(call(limiter))
                .isInstanceOfSatisfying(
                        LimitDecision.Refused.class,
                        refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(10)));

        ticker.advance(Duration.ofSeconds(10));

        assertThat(call(limiter)).isInstanceOf(LimitDecision.Admitted.class);
        assertThat(call(limiter)).isInstanceOf(LimitDecision.Refused.class);
    }

    @Test
    void whatHasComeBackByItselfIsNotGivenBackOnceMore() {
        RateLimiter limiter = limiter("1 per second", 1);
        List<Charge> slow = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            slow.add(((LimitDecision.Admitted) call(limiter)).charge());
            ticker.advance(Duration.ofSeconds(1));
        }
        int admitted = 0;
        for (Charge charge : slow) {
            charge.giveBack();
            admitted += call(limiter) instanceof LimitDecision.Admitted ? 1 : 0;
        }

        assertThat(admitted).isLessThanOrEqualTo(2);
    }
}
