package io.inferenceproxy.limit;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is refused most for limits, since the start: the space-saving sketch of Metwally, Agrawal and El Abbadi (2005), which keeps
 * {@value #MOST} callers however many there are. Whoever was refused more often than a {@value #MOST}th of all refusals is
 * among them. Safe for many threads.
 */
public final class LimitedCallers {

    private static final int MOST = 256;

    private final Map<Who, Count> counts = new HashMap<>();

    /** A caller, or the address of one who did not sign in. */
    private record Who(String issuer, String name) {}

    /** Refusals that were counted, and how many of them another's may have been. */
    private static final class Count {
        private long refusals;
        private final long inherited;

        Count(long inherited) {
            this.refusals = inherited;
            this.inherited = inherited;
        }
    }

    /**
     * How often a caller was refused.
     *
     * @param issuer who vouches for the caller; empty for an address
     * @param name the subject, or the address
     * @param refusals how often, at most
     * @param uncertain how many of these may have been somebody else's
     */
    public record Limited(String issuer, String name, long refusals, long uncertain) {}

    /** Counts a refusal of the call. */
    void refused(ProxyCall call) {
        Who who = call.caller() instanceof Caller.Identified user
                ? new Who(user.issuer(), user.subject())
                : new Who("", call.client().limitKey());
        synchronized (this) {
            Count count = counts.get(who);
            if (count == null) {
                count = new Count(counts.size() < MOST ? 0 : dropFewest());
                counts.put(who, count);
            }
            count.refusals++;
        }
    }

    private long dropFewest() {
        Map.Entry<Who, Count> fewest = counts.entrySet().stream()
                .min(Comparator.comparingLong(each -> each.getValue().refusals))
                .orElseThrow();
        counts.remove(fewest.getKey());
        return fewest.getValue().refusals;
    }

    /** Those refused most, the first most of all. */
    public synchronized List<Limited> top(int many) {
        return counts.entrySet().stream()
                .map(each -> new Limited(
                        each.getKey().issuer(),
                        each.getKey().name(),
                        each.getValue().refusals,
                        each.getValue().inherited))
                .sorted(Comparator.comparingLong(Limited::refusals).reversed().thenComparing(Limited::name))
                .limit(many)
                .toList();
    }
}
