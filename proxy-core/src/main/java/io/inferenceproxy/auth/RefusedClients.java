package io.inferenceproxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Tells the audit trail of programs that were refused, in as many lines as say something: when the refusals of an address, or
 * those for a key, have doubled. Bounded in number; thread-safe.
 */
final class RefusedClients {

    private static final int MOST_KEYS = 100_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(30);

    private final Auditor auditor;
    private final RefusalLines lines;
    private final Cache<String, Integer> byAddress;
    private final Cache<String, Integer> byKey;

    RefusedClients(Auditor auditor, Ticker ticker) {
        this.auditor = auditor;
        this.lines = new RefusalLines(AuditKind.CLIENT_FAILURES, auditor, ticker);
        this.byAddress = counters(ticker);
        this.byKey = counters(ticker);
    }

    private static Cache<String, Integer> counters(Ticker ticker) {
        return Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .expireAfterWrite(FORGOTTEN_AFTER)
                .ticker(ticker::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /**
     * A program was refused. It is named if it can be the identifier of a key; anything else may be a secret in the wrong place.
     */
    void refused(ProxyCall call, String id, String reason) {
        if (!auditor.isOn()) {
            return;
        }
        String key = KeyText.isId(id) ? id : "";
        int ofAddress = byAddress.asMap().merge(call.client().limitKey(), 1, Integer::sum);
        int ofKey = key.isEmpty() ? 1 : byKey.asMap().merge(key, 1, Integer::sum);
        // The first of a key is none by itself, or made-up keys would be a line each.
        if (Integer.bitCount(ofAddress) == 1 || ofKey > 1 && Integer.bitCount(ofKey) == 1) {
            lines.record(AuditEvents.refused(call, AuditKind.CLIENT_FAILURES, key, reason));
        }
    }

    /** To be called every second: the trail is told how many refusals were left out. Does not block. */
    void tick(Executor workers) {
        lines.tick(workers);
    }

    /** A program was let in: what failed before it is forgotten. */
    void succeeded(ProxyCall call, String id) {
        if (auditor.isOn()) {
            byAddress.invalidate(call.client().limitKey());
            byKey.invalidate(id);
        }
    }
}
