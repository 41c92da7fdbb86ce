package io.inferenceproxy.limit;

import io.inferenceproxy.limit.SharedRequest.Verb;

/**
 * A place among calls under way that was taken without asking the shared counters. These know of it when they were told since
 * then how many calls there are here, or when it was charged there after all.
 *
 * @param claim whose it is
 * @param told how often they had been told when it was taken
 */
record LonePlace(Claim claim, int told) {

    /** Gives it up, there too if they know of it: else that would take the place of another call. */
    void leave(SharedLimits limits, boolean charged) {
        HeldCalls held = limits.of(claim.policy()).held();
        if (charged || held.told(claim.key()) != told) {
            limits.tell(Verb.GIVE_BACK, claim, 1, 0);
        }
        held.leave(claim.key());
    }
}
