package io.inferenceproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class ManualTimeTest {

    private final ManualTime time = ManualTime.create();

    @Test
    void standsStill() {
        assertThat(time.instant()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void movesClockAndNanosTogether() {
        long before = time.nanoTime();

        time.advance(Duration.ofMillis(1500));

        assertThat(time.getAsLong() - before).isEqualTo(1_500_000_000L);
        assertThat(time.millis())
                .isEqualTo(Instant.parse("2026-01-01T00:00:01.500Z").toEpochMilli());
    }

    @Test
    void overflowsItsNanosSoonSoThatBadComparisonsShow() {
        long before = time.nanoTime();

        long after = time.advance(Duration.ofSeconds(2)).nanoTime();

        assertThat(after).isLessThan(before);
        assertThat(after - before).isEqualTo(2_000_000_000L);
    }

    @Test
    void isTheSameInEveryZone() {
        ManualTime tokyo = time.withZone(ZoneId.of("Asia/Tokyo"));

        time.advance(Duration.ofDays(1));

        assertThat(tokyo.instant()).isEqualTo(time.instant());
        assertThat(tokyo.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }

    @Test
    void doesNotGoBack() {
        assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time: PT-0.000000001S (expected: not negative)");
    }
}
