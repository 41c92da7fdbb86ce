package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditEvent;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;

/**
 * Writes refusals into the audit trail, {@value #MOST} a minute at most: strangers with many addresses and made-up names cannot
 * fill the disk. How many were left out is told by the next line. Thread-safe.
 */
final class RefusalLines {

    static final int MOST = 30;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Auditor auditor;
    private final Ticker ticker;
    private long minuteStart;
    private int written;
    private long leftOut;

    RefusalLines(Auditor auditor, Ticker ticker) {
        this.auditor = auditor;
        this.ticker = ticker;
        this.minuteStart = ticker.nanoTime();
    }

    /** Writes the event, or counts it. Blocks, so it is for the workers. */
    void record(AuditEvent event) {
        long before = tryLine();
        if (before == 0) {
            auditor.record(event);
        } else if (before > 0) {
            auditor.record(event.withDetail(event.detail() + "; " + before + " lines like it were left out before"));
        }
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
