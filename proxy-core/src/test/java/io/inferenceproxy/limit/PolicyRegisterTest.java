package io.inferenceproxy.limit;

import static io.inferenceproxy.limit.SharedHarness.windows;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.inferenceproxy.limit.RedisOptions.OnFailure;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Policies that no proxy has any more: the log names them. */
class PolicyRegisterTest {

    private final Logger log = (Logger) LoggerFactory.getLogger(PolicyRegister.class);
    private final ListAppender<ILoggingEvent> told = new ListAppender<>();
    private final ScriptedCounters counters = new ScriptedCounters();
    private final SharedHarness shared =
            new SharedHarness(counters, OnFailure.SHARE, windows("10 per hour").withAtOnce(2));

    @BeforeEach
    void listen() {
        told.start();
        log.setAdditive(false);
        log.addAppender(told);
    }

    @AfterEach
    void close() {
        log.detachAppender(told);
        log.setAdditive(true);
        shared.close();
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            shared.io.advance(Duration.ofSeconds(1));
            shared.limits.upkeep().round();
        }
    }

    @Test
    void whatThisProxyHasIsSaidAtTheStartAndFourTimesInTheTimeAfterWhichItIsNoMore() {
        rounds(1);
        assertThat(counters.registered()).as("both of its parts are one").containsExactly("p");

        rounds(120);

        assertThat(counters.registered()).hasSize(5).containsOnly("p");
        assertThat(told.list).isEmpty();
    }

    @Test
    void whatNobodyHasAnyMoreIsToldTheLog() {
        counters.gone("tokens");

        rounds(1);

        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("the policy tokens is no more: no proxy has had it for 2 minutes, and what it had"
                        + " counted counts for no other");
    }

    @Test
    void withoutTheOthersItIsNotSaid() {
        counters.down(true);
        shared.admitted(1);

        rounds(3);

        assertThat(counters.registered()).isEmpty();
        counters.down(false);
    }
}
