package io.inferenceproxy.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.inferenceproxy.observe.AccessLog;
import io.inferenceproxy.observe.LogFormat;
import io.inferenceproxy.observe.LoggingOptions;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.logstash.logback.encoder.LogstashEncoder;
import net.logstash.logback.fieldnames.LogstashCommonFieldNames;
import net.logstash.logback.fieldnames.LogstashFieldNames;
import org.slf4j.LoggerFactory;

/** Where log events go: readable lines on a terminal, JSON lines elsewhere. Set up by those commands alone that serve. */
final class Logs implements AutoCloseable {

    private static final String TEXT = "%d{HH:mm:ss.SSS} %-5level %msg%n%ex{8}";

    private final Logger root;
    private final LogQueue queue;

    private Logs(Logger root, LogQueue queue) {
        this.root = root;
        this.queue = queue;
    }

    /** Begins to write events to the stream. */
    static Logs open(LoggingOptions options, boolean terminal, PrintStream out, PrintStream err) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        LogQueue queue = new LogQueue(encoder(options.format(), terminal, context), out, err);
        queue.setContext(context);
        queue.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(queue);
        root.setLevel(Level.valueOf(options.level().name()));
        // Below info, libraries tell their whole inner life; that is asked for with trace only.
        if (root.getLevel() == Level.DEBUG) {
            context.getLogger("io.netty").setLevel(Level.INFO);
        }
        // These tell at info what nobody asked at every start.
        if (root.getLevel().isGreaterOrEqual(Level.INFO)) {
            for (String chatty : List.of("org.flywaydb", "com.zaxxer.hikari")) {
                context.getLogger(chatty).setLevel(root.getLevel() == Level.INFO ? Level.WARN : root.getLevel());
            }
        }
        context.getLogger(AccessLog.LOGGER).setLevel(options.access() ? Level.INFO : Level.OFF);
        return new Logs(root, queue);
    }

    private static Encoder<ILoggingEvent> encoder(LogFormat format, boolean terminal, LoggerContext context) {
        boolean text = format == LogFormat.TEXT || format == LogFormat.AUTO && terminal;
        EncoderBase<ILoggingEvent> encoder;
        if (text) {
            PatternLayoutEncoder pattern = new PatternLayoutEncoder();
            pattern.setPattern(TEXT);
            pattern.setCharset(StandardCharsets.UTF_8);
            encoder = pattern;
        } else {
            LogstashEncoder json = new LogstashEncoder();
            json.setIncludeMdc(false);
            LogstashFieldNames names = new LogstashFieldNames();
            names.setVersion(LogstashCommonFieldNames.IGNORE_FIELD_INDICATOR);
            names.setLevelValue(LogstashCommonFieldNames.IGNORE_FIELD_INDICATOR);
            json.setFieldNames(names);
            encoder = json;
        }
        encoder.setContext(context);
        return encoder;
    }

    /** Writes what is queued and ends. */
    @Override
    public void close() {
        root.detachAppender(queue);
        queue.stop();
    }
}
