package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.inferenceproxy.observe.AccessLog;
import io.inferenceproxy.observe.LogFormat;
import io.inferenceproxy.observe.LogLevel;
import io.inferenceproxy.observe.LoggingOptions;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogsTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private String logged(LoggingOptions options, boolean terminal) {
        try (Logs logs = Logs.open(options, terminal, printing(out), printing(err))) {
            LoggerFactory.getLogger("some.Logger")
                    .atWarn()
                    .addKeyValue("port", 80)
                    .log("hello");
            LoggerFactory.getLogger("some.Logger").info("detail");
            LoggerFactory.getLogger(AccessLog.LOGGER).info("a call");
            assertThat(logs).isNotNull();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static PrintStream printing(OutputStream stream) {
        return new PrintStream(stream, false, StandardCharsets.UTF_8);
    }

    @Test
    void offATerminalAnEventIsAJsonLine() {
        String line = logged(LoggingOptions.DEFAULT, false).lines().findFirst().orElseThrow();

        JsonNode json = JsonMapper.shared().readTree(line);
        assertThat(json.get("message").stringValue()).isEqualTo("hello");
        assertThat(json.get("level").stringValue()).isEqualTo("WARN");
        assertThat(json.get("port").intValue()).isEqualTo(80);
        assertThat(json.has("@timestamp")).isTrue();
    }

    @Test
    void onATerminalAnEventIsAReadableLine() {
        assertThat(logged(LoggingOptions.DEFAULT, true))
                .containsPattern("(?m)^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  hello$");
    }

    @Test
    void theFormatCanBeChosen() {
        assertThat(logged(LoggingOptions.DEFAULT.withFormat(LogFormat.JSON), true))
                .startsWith("{");
    }

    @Test
    void whatIsLessSevereThanTheLevelIsLeftOut() {
        assertThat(logged(LoggingOptions.DEFAULT.withLevel(LogLevel.WARN), true))
                .contains("hello")
                .doesNotContain("detail");
    }

    @Test
    void callsAreLoggedUnlessThatIsSwitchedOff() {
        assertThat(logged(LoggingOptions.DEFAULT, true)).contains("a call");
        out.reset();
        assertThat(logged(LoggingOptions.DEFAULT.withAccess(false), true)).doesNotContain("a call");
    }

    @Test
    void withoutAWriterThatKeepsUpEventsAreDroppedAndCountedAndNobodyWaits() {
        CountDownLatch unstuck = new CountDownLatch(1);
        PrintStream stuck = printing(new OutputStream() {
            @Override
            public void write(int one) {
                try {
                    unstuck.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%msg%n");
        LogQueue queue = new LogQueue(encoder, stuck, printing(err), 4);
        queue.setContext(context);
        queue.start();

        for (int i = 0; i < 20; i++) {
            queue.doAppend(new LoggingEvent("", context.getLogger("a"), Level.INFO, "event", null, null));
        }

        // Four in the queue, and the first few that the writer took before it got stuck.
        assertThat(queue.dropped()).isBetween(10L, 16L);
        unstuck.countDown();
        await().until(() -> err.toString(StandardCharsets.UTF_8).contains("log lines were dropped"));
        queue.stop();
    }
}
