package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The limits of one route: decides about its calls, and charges those that it admits.
 *
 * <ol>
 *   <li>All windows of all policies are charged together or none is.
 *   <li>Of any number of calls at once exactly as many are admitted as there are permits.
 *   <li>Nothing blocks, and all methods may be called from any thread.
 * </ol>
 */
public interface RateLimiter {

    /** Every window that may be told of, in the order of the policies. */
    List<LimitWindow> windows();

    /**
     * Admits the call and charges it, or refuses it and charges nothing, or cannot tell yet ({@link LimitDecision.Pending}).
     *
     * @param content what is known of its content
     */
    LimitDecision tryAcquire(ProxyCall call, CallContent content);

    /** As {@link #tryAcquire(ProxyCall, CallContent)} where no policy asks for the content. */
    default LimitDecision tryAcquire(ProxyCall call) {
        return tryAcquire(call, CallContent.UNKNOWN);
    }

    /**
     * Refuses the call if it would be refused whatever its content is, since a window with a period has less left than the call
     * costs, or cannot tell yet; otherwise {@link LimitDecision#UNLIMITED}, and it is decided later. Charges nothing in any case.
     */
    LimitDecision foresee(ProxyCall call);

    /**
     * How the windows stand for this caller; charges nothing and remembers nobody.
     *
     * @param content what is known of the call's content; of policies that must know more nothing is told
     */
    List<WindowStatus> peek(ProxyCall call, CallContent content);

    /** As {@link #peek(ProxyCall, CallContent)} where nothing is known of the content. */
    default List<WindowStatus> peek(ProxyCall call) {
        return peek(call, CallContent.UNKNOWN);
    }

    /** The policies that it holds callers to, or watches. */
    List<LimitPolicyOptions> policies();

    /** As {@link #peek}, where that may take time; completes on the I/O thread of the call. */
    default CompletionStage<List<WindowStatus>> look(ProxyCall call) {
        return CompletableFuture.completedFuture(peek(call));
    }

    /** Whether the policies have been changed: decisions are those of now, and so are charges. */
    default boolean isChanged() {
        return false;
    }

    /** Whether charges depend on how calls end, so that each must be told of the end of its call. */
    boolean mindsEnd();

    /** The costs that are not known before a call ends. */
    List<LimitCost> settledCosts();
}
