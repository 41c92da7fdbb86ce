package io.inferenceproxy.limit;

import java.util.List;

/**
 * What is asked of shared counters in one round trip.
 *
 * @param verb what is to be done
 * @param claims to which windows, each at most once
 * @param at when the charge was made, in microseconds by the shared clock; 0 for now, below 0 for that long after now
 */
public record SharedRequest(Verb verb, List<SharedClaim> claims, long at) {

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
}
