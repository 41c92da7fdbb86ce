package io.inferenceproxy.pipeline;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stands in front of a handler: answers itself, or passes the call on and may change either side. */
@FunctionalInterface
public interface ProxyFilter {

    /** Handles the call, with {@code next} for what it does not answer itself. */
    CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next);

    /** A handler with this filter in front of {@code next}; what the filter throws becomes a failed stage. */
    default ProxyHandler inFrontOf(ProxyHandler next) {
        return call -> {
            try {
                return filter(call, next);
            } catch (RuntimeException | Error surprise) {
                return CompletableFuture.failedFuture(surprise);
            }
        };
    }

    /** A handler with all of the filters in front of it, the first outermost. */
    static ProxyHandler chain(List<ProxyFilter> filters, ProxyHandler last) {
        ProxyHandler chain = last;
        for (int i = filters.size() - 1; i >= 0; i--) {
            chain = filters.get(i).inFrontOf(chain);
        }
        return chain;
    }
}
