package io.inferenceproxy.redis;

import io.inferenceproxy.limit.SharedAnswer;
import io.inferenceproxy.limit.SharedClaim;
import io.inferenceproxy.limit.SharedRequest.Verb;

/**
 * What a shared window of one caller promises, in the plainest way: it knows nothing of how the script keeps what it knows. All
 * times are in microseconds.
 */
interface ModelledWindow {

    /** The wait of what is never admitted. */
    long NEVER = SharedAnswer.NEVER;

    /**
     * What one window is asked.
     *
     * @param now the time of the server
     * @param at when the charge was made; after now where it is dated ahead
     * @param who which proxy asks
     * @param patience for how long it is remembered that it waits
     */
    record Ask(Verb verb, SharedClaim claim, long now, long at, int who, long patience) {

        long amount() {
            return claim.amount();
        }

        long quota() {
            return claim.quota();
        }

        long period() {
            return claim.window().period().toNanos() / 1_000;
        }
    }

    /** How long until what is asked is admitted, as it is told; 0 for now, {@link #NEVER}. */
    long waitOf(Ask ask);

    /** Does what is asked, which is not refused. */
    void change(Ask ask);

    /** A call is refused, and goes on to wait where nothing but calls under way refuses it. */
    default void refuse(Ask ask, boolean waits) {}

    /** What is left when that is done. */
    long remaining(Ask ask);

    /** When more of it comes back. */
    long reset(Ask ask);

    /** Until when any of it counts; not after now when nothing is charged. */
    long until();
}
