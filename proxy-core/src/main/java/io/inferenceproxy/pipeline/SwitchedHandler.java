package io.inferenceproxy.pipeline;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import java.util.concurrent.CompletionStage;

/** A handler in whose place another can be put while calls go on: each ends with the one that it began with. */
public final class SwitchedHandler implements ProxyHandler {

    private volatile ProxyHandler current;

    public SwitchedHandler(ProxyHandler first) {
        current = first;
    }

    /** Has calls that come from now on handled by that one. */
    public void switchTo(ProxyHandler next) {
        current = next;
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        return current.handle(call);
    }
}
