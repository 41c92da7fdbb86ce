package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditEvent;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes refusals of one kind into the audit trail, {@value #MOST} a minute at most: strangers with many addresses and made-up
 * names cannot fill the disk. How many were left out is told by the next line, or by one of its own a minute later. A refusal
 * that cannot be written stays one: it goes to the error log. Thread-safe.
 */
final class RefusalLines {

    static final int MOST = 30;

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLines.class);
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final AuditKind kind;
    private final Auditor auditor;
    private final Ticker ticker;
    private long minuteStart;
    private int written;
    private long leftOut;

    RefusalLines(AuditKind kind, Auditor auditor, Ticker ticker) {
        this.kind = kind;
        this.auditor = auditor;
        this.ticker = ticker;
        this.minuteStart = ticker.nanoTime();
    }

    /** Writes the event, or counts it. Blocks, so it is for the workers. */
    void record(AuditEvent event) {
        long before = auditor.isOn() ? tryLine() : -1;
        if (before == 0) {
            write(event, 1);
        } else if (before > 0) {
            write(event.withDetail(event.detail() + "; " + before + " lines like it were left out before"), before + 1);
        }
    }

    /** To be called every second: when those who were refused have gone, the workers write how many lines were left out. */
    void tick(Executor workers) {
        if (isLate()) {
            try {
                workers.execute(this::tell);
            } catch (RejectedExecutionException full) {
                LOG.debug("no worker is free to write how many lines were left out; in a second again", full);
            }
        }
    }

    private void tell() {
        long before = isLate() ? tryLine() : 0;
        if (before > 0) {
            AuditEvent event = AuditEvent.refused(kind, "", "", "", "");
            write(event.withDetail(before + " lines like it were left out before"), before);
        }
    }

    private void write(AuditEvent event, long events) {
        try {
            auditor.record(event);
        } catch (RuntimeException unwritten) {
            LOG.error("a refusal is not in the audit trail: {} of {}", kind.label(), event.origin(), unwritten);
            synchronized (this) {
                leftOut += events;
            }
        }
    }

    private synchronized boolean isLate() {
        return leftOut > 0 && ticker.nanoTime() - minuteStart >= MINUTE;
    }

    /** How many lines were left out before this one; less than zero when it is left out as well. */
    private synchronized long tryLine() {
        long now = ticker.nanoTime();
        if (now - minuteStart >= MINUTE) {
            minuteStart = now;
            written = 0;
        }
        if (written == MOST) {
            leftOut++;
            return -1;
        }
        written++;
        long before = leftOut;
        leftOut = 0;
        return before;
    }
}
