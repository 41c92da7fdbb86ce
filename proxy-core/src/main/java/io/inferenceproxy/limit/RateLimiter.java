package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import java.util.List;

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

    /** Every window that is counted, in the order of the statuses. */
    List<LimitWindow> windows();

    /** Admits the call and charges it, or refuses it and charges nothing. */
    LimitDecision tryAcquire(ProxyCall call);

    /** How the windows stand for this caller; charges nothing and remembers nobody. */
    List<WindowStatus> peek(ProxyCall call);
}
