package io.inferenceproxy.limit;

import java.util.List;

/**
 * What is asked of shared counters in one round trip.
 *
 * @param verb what is to be done
 * @param claims to which windows, each at most once
 * @param at when the charge was made, in microseconds by the shared clock; 0 for now, below 0 for that long after now
 * @param patience for how many microseconds it is remembered, where nothing but calls under way refuses it, that this proxy
 *     waits for its turn; 0 where it does not wait
 */
public record SharedRequest(Verb verb, List<SharedClaim> claims, long at, long patience) {

    /** What is to be done with all claims of a request. */
    public enum Verb {
        /** All are charged if all windows admit them, or none is. */
        CHARGE,
        /** All are charged, whatever the quotas: they were admitted elsewhere. */
        ADD,
        /** What was charged at that time is taken back, from windows that still count it. */
        GIVE_BACK,
        /** Nothing; only how the windows stand is told. */
        PEEK,
        /** This proxy holds the amount, no more and no less, for a lease from now on; below 0 what it did hold. */
        HOLD
    }

    public SharedRequest {
        claims = List.copyOf(claims);
    }

    /** What is asked for by nobody who waits. */
    public SharedRequest(Verb verb, List<SharedClaim> claims, long at) {
        this(verb, claims, at, 0);
    }

    /** The same, asked for by who waits for its turn. */
    public SharedRequest withPatience(long patience) {
        return new SharedRequest(verb, claims, at, patience);
    }
}
