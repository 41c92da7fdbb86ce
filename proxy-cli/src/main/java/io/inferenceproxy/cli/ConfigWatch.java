package io.inferenceproxy.cli;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the files of a configuration twice a second, and has it read anew when they have changed. */
@FunctionalInterface
interface ConfigWatch extends AutoCloseable {

    /** Looks at nothing. */
    ConfigWatch NONE = () -> {};

    Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
    long EVERY_MILLIS = 500;

    /** Begins to look. */
    static ConfigWatch of(Reloading configuration, Runnable reload) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread named = new Thread(task, "inference-proxy-config-watch");
            named.setDaemon(true);
            return named;
        });
        return watching(thread, configuration, reload)::shutdownNow;
    }

    private static ExecutorService watching(ScheduledExecutorService thread, Reloading configuration, Runnable reload) {
        var looks = thread.scheduleWithFixedDelay(
                () -> look(configuration, reload), EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        if (looks.isCancelled()) {
            LOG.error("the files of the configuration are not looked at");
        }
        return thread;
    }

    private static void look(Reloading configuration, Runnable reload) {
        try {
            if (configuration.isDue()) {
                reload.run();
            }
        } catch (RuntimeException surprise) {
            LOG.error("the files of the configuration could not be looked at", surprise);
        }
    }

    @Override
    void close();
}
