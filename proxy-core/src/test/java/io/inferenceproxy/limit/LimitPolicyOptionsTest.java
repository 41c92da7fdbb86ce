package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.Window;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitPolicyOptionsTest {

    private static final LimitPolicyOptions DEFAULT = LimitPolicyOptions.DEFAULT;

    @Test
    void byDefaultEachCallerHasFiftyCallsAnHourAndTwoHundredADay() {
        assertThat(DEFAULT)
                .isEqualTo(
                        new LimitPolicyOptions(LimitKey.USER, Window.parseAll("50 per hour; 200 per day"), 1_000_000));
    }

    @Test
    void eachOptionIsTakenOver() {
        LimitPolicyOptions changed = DEFAULT.withKey(LimitKey.GLOBAL)
                .withWindows(Window.parseAll("1 per second"))
                .withMaxKeys(7);

        assertThat(changed).isEqualTo(new LimitPolicyOptions(LimitKey.GLOBAL, Window.parseAll("1/1s"), 7));
    }

    @Test
    void windowsAreOneToSixteenAndOneAPeriod() {
        assertThatThrownBy(() -> DEFAULT.withWindows(List.of())).hasMessageContaining("windows: 0");
        assertThatThrownBy(() -> DEFAULT.withWindows(Collections.nCopies(17, Window.parse("1 per hour"))))
                .hasMessageContaining("windows: 17 (expected: 1 to 16 windows)");
        assertThatThrownBy(() -> DEFAULT.withWindows(Window.parseAll("1 per hour; 2 per 60 minutes")))
                .hasMessageContaining("expected: one window a period");
    }

    @Test
    void thereIsRoomForAtLeastOneKey() {
        assertThatThrownBy(() -> DEFAULT.withMaxKeys(0)).hasMessage("max-keys: 0 (expected: 1 to 100000000)");
    }
}
