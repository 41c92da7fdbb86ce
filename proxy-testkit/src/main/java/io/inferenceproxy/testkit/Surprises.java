package io.inferenceproxy.testkit;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Gathers what went wrong where no test looks: exceptions that ended one of our threads and, with Logback, errors in the log.
 */
final class Surprises implements AutoCloseable {

    private static final String LOGBACK = "ch.qos.logback.classic.LoggerContext";

    private final ConcurrentLinkedQueue<String> found = new ConcurrentLinkedQueue<>();
    private final Optional<UncaughtExceptionHandler> before =
            Optional.ofNullable(Thread.getDefaultUncaughtExceptionHandler());
    private final Runnable endOfLog;

    Surprises() {
        Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
        boolean logback = LoggerFactory.getILoggerFactory().getClass().getName().equals(LOGBACK);
        endOfLog = logback ? LogbackErrors.watch(found::add) : () -> {};
    }

    /** What there was so far; it is told once. */
    List<String> take() {
        List<String> all = List.copyOf(found);
        found.removeAll(all);
        return all;
    }

    private void uncaught(Thread thread, Throwable exception) {
        String name = thread.getName();
        if (name.startsWith("inference-proxy") || name.startsWith("scripted-upstream")) {
            found.add("uncaught in thread " + name + ": " + exception);
        }
        if (before.isPresent()) {
            before.get().uncaughtException(thread, exception);
        } else {
            exception.printStackTrace();
        }
    }

    @Override
    public void close() {
        Thread.setDefaultUncaughtExceptionHandler(before.orElse(null));
        endOfLog.run();
    }
}
