package io.inferenceproxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailureLogTest {

    private final CapturedLog log = new CapturedLog(FailureLog.LOGGER);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void aSurpriseIsAnErrorWithItsStackTraceAndTheKeysOfTheCall() {
        new FailureLog()
                .onCall(CallReports.ordinary()
                        .refused(500, "internal-error", "java.lang.IllegalStateException")
                        .failure(new IllegalStateException("no such bucket"))
                        .report());

        ILoggingEvent event = log.only();
        assertThat(event.getLevel()).isEqualTo(Level.ERROR);
        assertThat(event.getFormattedMessage()).startsWith("internal error: 500 POST /api/inference alice");
        assertThat(ThrowableProxyUtil.asString(event.getThrowableProxy()))
                .startsWith("java.lang.IllegalStateException: no such bucket")
                .contains("at io.inferenceproxy.observe.FailureLogTest");
        assertThat(log.keys()).containsEntry("event", "failure").containsEntry("requestId", "id-1");
    }

    @Test
    void aMessageThatQuotesAStrangerCannotForgeALine() {
        new FailureLog()
                .onCall(CallReports.ordinary()
                        .failure(new IllegalStateException(
                                "outer", new IllegalArgumentException("bad: \r\n\u001b[2Jforged")))
                        .report());

        String trace = ThrowableProxyUtil.asString(log.only().getThrowableProxy());
        assertThat(trace)
                .doesNotContain("\u001b")
                .doesNotContainPattern("(?m)^forged")
                .contains("java.lang.IllegalArgumentException: bad: \\u000d\\u000a\\u001b[2Jforged")
                .contains("at io.inferenceproxy.observe.FailureLogTest");
    }

    @Test
    void anOrdinaryRefusalIsNoError() {
        new FailureLog()
                .onCall(CallReports.ordinary()
                        .refused(502, "upstream-unreachable", "connection refused")
                        .report());

        assertThat(log.events()).isEmpty();
    }
}
