package io.inferenceproxy.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Hears errors in the log of the proxy, and what Netty warns of with an exception: it catches what our handlers throw.
 * Loaded only where Logback is the logging in use.
 */
final class LogbackErrors extends AppenderBase<ILoggingEvent> {

    private static final List<String> LOGGERS = List.of("io.inferenceproxy", "io.netty");

    private final Consumer<String> errors;

    private LogbackErrors(Consumer<String> errors) {
        this.errors = errors;
    }

    /** Tells of errors until what it returns is run. */
    static Runnable watch(Consumer<String> errors) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        LogbackErrors appender = new LogbackErrors(errors);
        appender.setContext(context);
        appender.start();
        List<Logger> loggers = LOGGERS.stream().map(context::getLogger).toList();
        loggers.forEach(logger -> logger.addAppender(appender));
        return () -> {
            loggers.forEach(logger -> logger.detachAppender(appender));
            appender.stop();
        };
    }

    @Override
    protected void append(ILoggingEvent event) {
        boolean netty = event.getLoggerName().startsWith("io.netty");
        boolean warned = event.getLevel().isGreaterOrEqual(Level.WARN) && event.getThrowableProxy() != null;
        if (event.getLevel().isGreaterOrEqual(Level.ERROR) || netty && warned) {
            String cause = Optional.ofNullable(event.getThrowableProxy())
                    .map(thrown -> ": " + thrown.getClassName() + ": " + thrown.getMessage())
                    .orElse("");
            errors.accept("logged by " + event.getLoggerName() + ": " + event.getFormattedMessage() + cause);
        }
    }
}
