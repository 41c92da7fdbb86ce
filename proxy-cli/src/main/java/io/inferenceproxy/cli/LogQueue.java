package io.inferenceproxy.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes log events from a thread of its own, so that an I/O thread never waits for a slow terminal or pipe. When the queue
 * is full an event is dropped and counted; the count is told on standard error once there is room again, and at the end.
 */
final class LogQueue extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final int CAPACITY = 8_192;
    private static final long LAST_WRITES_MILLIS = 2_000;

    private final BlockingQueue<ILoggingEvent> queue;
    private final AtomicLong dropped = new AtomicLong();
    private final Encoder<ILoggingEvent> encoder;
    private final PrintStream out;
    private final PrintStream err;
    private volatile boolean ending;
    private final Thread writer = new Thread(this::write, "log-writer");

    LogQueue(Encoder<ILoggingEvent> encoder, PrintStream out, PrintStream err) {
        this(encoder, out, err, CAPACITY);
    }

    LogQueue(Encoder<ILoggingEvent> encoder, PrintStream out, PrintStream err, int capacity) {
        this.encoder = encoder;
        this.out = out;
        this.err = err;
        this.queue = new ArrayBlockingQueue<>(capacity);
    }

    @Override
    public void start() {
        writer.setDaemon(true);
        writer.start();
        super.start();
    }

    /** Writes what is queued, for at most two seconds. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        ending = true;
        writer.interrupt();
        try {
            writer.join(LAST_WRITES_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        encoder.stop();
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        if (!queue.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    /** How many events were dropped and not told yet. */
    long dropped() {
        return dropped.get();
    }

    private void write() {
        // Here, beside all else that a start does: making an encoder would take a fifth of its time.
        encoder.start();
        while (true) {
            ILoggingEvent event = next();
            if (event == null) {
                break;
            }
            byte[] line = encoder.encode(event);
            out.write(line, 0, line.length);
            if (queue.isEmpty()) {
                out.flush();
                tellDropped();
            }
        }
        out.flush();
        tellDropped();
    }

    /** Waits for the next one; null when the queue is empty and no more come. */
    private @Nullable ILoggingEvent next() {
        while (true) {
            ILoggingEvent event = queue.poll();
            if (event != null || ending) {
                return event;
            }
            try {
                return queue.take();
            } catch (InterruptedException stopped) {
                // Looks once more: what is queued is still written.
            }
        }
    }

    private void tellDropped() {
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
            byte[] line = ("warning: " + lost
                            + " log lines were dropped, since they could not be written fast enough\n")
                    .getBytes(StandardCharsets.UTF_8);
            err.write(line, 0, line.length);
            err.flush();
        }
    }
}
