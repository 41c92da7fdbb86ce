package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Allowance;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureCounterTest {

    private final ManualTicker ticker = new ManualTicker();
    private final FailureCounter counter = new FailureCounter(Allowance.parse("2 per minute"), ticker);

    @Test
    void pastTheAllowanceItSaysHowLongToWait() {
        counter.tryCharge("192.0.2.1");
        ticker.advance(Duration.ofSeconds(20));
        counter.tryCharge("192.0.2.1");

        assertThat(counter.tryCharge("192.0.2.1")).hasValue(Duration.ofSeconds(40));
        assertThat(counter.tryCharge("192.0.2.2")).as("another key").isEmpty();
        ticker.advance(Duration.ofSeconds(40));
        assertThat(counter.tryCharge("192.0.2.1")).isEmpty();
    }

    @Test
    void aChargeTakenBackDoesNotCount() {
        counter.tryCharge("alice");
        counter.tryCharge("alice");

        counter.giveBack("alice");

        assertThat(counter.tryCharge("alice")).isEmpty();
        assertThat(counter.tryCharge("alice")).isPresent();
    }

    @Test
    void moreTakenBackThanChargedIsNoCredit() {
        counter.giveBack("nobody");
        counter.tryCharge("alice");
        counter.giveBack("alice");
        counter.giveBack("alice");

        counter.tryCharge("alice");
        counter.tryCharge("alice");

        assertThat(counter.tryCharge("alice")).isPresent();
    }

    @Test
    void offAdmitsEverything() {
        FailureCounter off = new FailureCounter(Allowance.OFF, ticker);

        for (int i = 0; i < 1_000; i++) {
            assertThat(off.tryCharge("alice")).isEmpty();
        }
        off.giveBack("alice");
    }

    @Test
    void keysAreBoundedAndNewcomersShareOneCounter() {
        FailureCounter small = new FailureCounter(Allowance.parse("2 per minute"), ticker, 3);
        for (int i = 0; i < 3; i++) {
            small.tryCharge("user-" + i);
        }

        small.tryCharge("x");
        small.tryCharge("y");

        assertThat(small.tryCharge("z")).isPresent();
        small.giveBack("z");
        assertThat(small.tryCharge("w")).isEmpty();
    }
}
