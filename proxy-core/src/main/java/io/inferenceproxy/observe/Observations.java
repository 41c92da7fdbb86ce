package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes calls that have ended from their I/O threads to the metrics, the logs and the observers, by a thread of its own.
 *
 * <ol>
 *   <li>The I/O thread puts the trace of the call into a ring and goes on. When the ring is full the call is dropped and
 *       counted, and the log tells of it now and then.
 *   <li>The thread takes calls in batches: it naps between two of them, is woken when the ring is half full, and sleeps
 *       when nothing has come for a while. So the first call after a rest wakes it, and under load no call does.
 *   <li>{@link #collect} brings the metrics up to date on the thread of whoever reads them; it waits for no observer.
 *   <li>A report is made only where someone reads it: an observer that is listening, or the log of failures.
 *   <li>{@link #close} comes back when all calls that ended before are told; an observer that blocks can keep it for five
 *       seconds.
 * </ol>
 */
public final class Observations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Observations.class);

    /** What comes in during two naps at 200,000 calls a second. */
    private static final int CAPACITY = 8_192;

    /** How many calls are measured, then told, in one go; bounds how long a scrape may have to wait. */
    private static final int BATCH = 256;

    private static final long NAP_NANOS = Duration.ofMillis(20).toNanos();
    private static final int NAPS_BEFORE_SLEEP = 50;
    private static final long PATIENCE_MILLIS = Duration.ofSeconds(5).toMillis();
    private static final long BETWEEN_WARNINGS_NANOS = Duration.ofMinutes(1).toNanos();

    private final CallRing ring;
    private final CallMetrics metrics;
    private final List<GuardedObserver> observers;
    private final GuardedObserver failures = new GuardedObserver(new FailureLog());
    private final BatchClock clock;
    private final Ticker ticker;
    private final ReentrantLock reading = new ReentrantLock();
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Thread thread = new Thread(this::run, "inference-proxy-observer");
    private final AtomicBoolean failed = new AtomicBoolean();
    private volatile boolean closing;
    private volatile boolean over;
    private long droppedTold;
    private long lastWarning;

    /** Who waits until all in front of that position are told. */
    private record Waiting(long position, CompletableFuture<Void> told) {}

    /**
     * @param metrics counts and times every call
     * @param observers learn of every call, in this order
     * @param clock the clock of the metrics, read before each batch
     */
    public Observations(CallMetrics metrics, List<CallObserver> observers, Ticker ticker, BatchClock clock) {
        this(metrics, observers, ticker, clock, CAPACITY);
    }

    Observations(CallMetrics metrics, List<CallObserver> observers, Ticker ticker, BatchClock clock, int capacity) {
        this.metrics = metrics;
        this.observers = observers.stream().map(GuardedObserver::new).toList();
        this.ticker = ticker;
        this.clock = clock;
        this.ring = new CallRing(capacity);
    }

    /** Starts the thread. */
    public void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** The trace of a call that arrives; how long its stages take is noted when someone will read it. */
    public CallTrace arrived() {
        return isListening() ? new CallTrace(ticker) : CallTrace.withoutStages(ticker);
    }

    /** Takes the trace of a call that has ended. */
    void ended(CallTrace trace) {
        long position = ring.tryPut(trace);
        if (position < 0) {
            dropped.incrementAndGet();
        } else if (asleep.get() && asleep.compareAndSet(true, false) || (position & (ring.capacity() / 2 - 1)) == 0) {
            LockSupport.unpark(thread);
        }
    }

    /** How many calls were dropped. */
    public long dropped() {
        return dropped.get();
    }

    /** Brings the metrics up to date: on return they know all calls that ended before. */
    public void collect() {
        reading.lock();
        try {
            clock.read();
            long end = ring.tail();
            for (CallTrace trace = ring.next(end); trace != null; trace = ring.next(end)) {
                measure(trace);
            }
        } finally {
            reading.unlock();
        }
    }

    /** Completes when metrics, logs and observers have been told of all calls that ended before. */
    public CompletionStage<Void> told() {
        CompletableFuture<Void> told = new CompletableFuture<>();
        waiting.add(new Waiting(ring.tail(), told));
        LockSupport.unpark(thread);
        if (over) {
            tellWaiting(Long.MAX_VALUE);
        }
        return told;
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread() == thread) {
            return; // an observer closes the proxy: the thread ends when it is done with what has come
        }
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("an observer or the log is blocked: up to {} calls are told of late, or never", untold());
        }
    }

    private long untold() {
        return ring.tail() - ring.head() + BATCH;
    }

    private boolean isListening() {
        for (GuardedObserver observer : observers) {
            if (observer.isListening()) {
                return true;
            }
        }
        return false;
    }

    private void run() {
        @Nullable CallTrace[] batch = new CallTrace[BATCH];
        int idle = 0;
        boolean last;
        do {
            last = closing; // before the look, so that it sees all that ended before close()
            idle = tryTell(batch, last) ? 0 : idle + 1;
            if (!last) {
                rest(idle >= NAPS_BEFORE_SLEEP);
            }
        } while (!last);
        over = true;
        tellWaiting(Long.MAX_VALUE);
    }

    /** Measures and tells all that has come; whether there was anything. Whatever fails, the thread goes on. */
    private boolean tryTell(@Nullable CallTrace[] batch, boolean last) {
        try {
            boolean any = tell(batch);
            warnOfDropped(last);
            tellWaiting(ring.head());
            return any;
        } catch (RuntimeException | Error failure) {
            tellFailure(failure);
            return true;
        }
    }

    private boolean tell(@Nullable CallTrace[] batch) {
        long end = ring.tail();
        boolean any = false;
        for (int count = take(batch, end); count > 0; count = take(batch, end)) {
            any = true;
            boolean listening = isListening();
            for (int i = 0; i < count; i++) {
                CallTrace trace = batch[i];
                batch[i] = null;
                if (trace != null && (listening || trace.failure() != null)) {
                    tell(trace);
                }
            }
        }
        return any;
    }

    private int take(@Nullable CallTrace[] batch, long end) {
        reading.lock();
        try {
            clock.read();
            for (int i = 0; i < batch.length; i++) {
                CallTrace trace = ring.next(end);
                if (trace == null) {
                    break;
                }
                measure(trace);
            }
            return ring.take(batch);
        } finally {
            reading.unlock();
        }
    }

    /** What an embedder's registry throws must not end the thread. */
    private void measure(CallTrace trace) {
        try {
            metrics.record(trace);
        } catch (RuntimeException | Error failure) {
            tellFailure(failure);
        }
    }

    private void tellFailure(Throwable failure) {
        if (failed.compareAndSet(false, true)) {
            LOG.error("metrics or reports: failed, which is told this once", failure);
        }
    }

    private void tell(CallTrace trace) {
        try {
            CallReport report = CallReport.of(trace, clock.at(trace.startNanos()));
            if (trace.failure() != null) {
                failures.onCall(report);
            }
            for (GuardedObserver observer : observers) {
                if (observer.isListening()) {
                    observer.onCall(report);
                }
            }
        } catch (RuntimeException | Error failure) {
            tellFailure(failure);
        }
    }

    private void tellWaiting(long position) {
        for (Waiting next = waiting.peek(); next != null && next.position <= position; next = waiting.peek()) {
            waiting.remove(next);
            next.told.complete(null);
        }
    }

    private void rest(boolean deeply) {
        if (!deeply) {
            LockSupport.parkNanos(this, NAP_NANOS);
        } else {
            asleep.set(true); // and only then the look: whoever puts a call in looks the other way round
            if (ring.isEmpty() && waiting.isEmpty() && !closing) {
                LockSupport.park(this);
            }
            asleep.set(false);
        }
        Thread.interrupted(); // by an observer; left standing, no park would rest any more
    }

    /** At once the first time, then at most once a minute, and at the end. */
    private void warnOfDropped(boolean last) {
        long now = dropped.get();
        boolean due = last || droppedTold == 0 || ticker.nanoTime() - lastWarning > BETWEEN_WARNINGS_NANOS;
        if (now > droppedTold && due) {
            LOG.warn(
                    "{} calls are missing in the metrics and the log: they ended faster than they could be told",
                    now - droppedTold);
            droppedTold = now;
            lastWarning = ticker.nanoTime();
        }
    }
}
