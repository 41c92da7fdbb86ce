package io.inferenceproxy.pipeline;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import java.util.concurrent.CompletionStage;

/** Turns one call into one answer. The whole proxy is one of these. */
@FunctionalInterface
public interface ProxyHandler {

    /** Handles the call; the stage completes with the answer's head. */
    CompletionStage<ProxyResponse> handle(ProxyCall call);
}
