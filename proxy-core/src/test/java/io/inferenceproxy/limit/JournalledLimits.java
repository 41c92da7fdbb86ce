package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Limits with a journal that a test writes, restarts and kills. */
final class JournalledLimits implements AutoCloseable {

    private final Path file;
    private final Map<String, LimitPolicyOptions> options;
    private final Ticker ticker;
    private LimitJournal journal;
    private RateLimiter limiter;

    JournalledLimits(Path file, Map<String, LimitPolicyOptions> options, Ticker ticker) {
        this.file = file;
        this.options = options;
        this.ticker = ticker;
        this.journal = LimitJournal.open(JournalOptions.DEFAULT.withFile(file).withFsync(JournalFsync.NEVER), ticker)
                .orElseThrow();
        this.limiter = LimitPolicies.of(options, LimitObserver.NONE, journal).limiter();
    }

    Path file() {
        return file;
    }

    LimitJournal journal() {
        return journal;
    }

    RateLimiter limiter() {
        return limiter;
    }

    LimitDecision call(String user) {
        return limiter.tryAcquire(callBy(user));
    }

    int admitted(String user, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += call(user) instanceof LimitDecision.Admitted ? 1 : 0;
        }
        return admitted;
    }

    List<Long> remaining(String user) {
        return limiter.peek(callBy(user)).stream().map(WindowStatus::remaining).toList();
    }

    /** What a kill at this moment would leave for the next start. */
    JournalledLimits killed(Path elsewhere) {
        return killed(elsewhere, options);
    }

    /** The same, and somebody has changed the configuration meanwhile. */
    JournalledLimits killed(Path elsewhere, Map<String, LimitPolicyOptions> changed) {
        try {
            Files.copy(file, elsewhere);
            return new JournalledLimits(elsewhere, changed, ticker);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    JournalledLimits restarted() {
        journal.close();
        return new JournalledLimits(file, options, ticker);
    }

    static ProxyCall callBy(String user) {
        return ContentCall.by("inference-proxy", user).call();
    }

    @Override
    public void close() {
        journal.close();
    }
}
