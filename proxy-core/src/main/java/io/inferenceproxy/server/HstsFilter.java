package io.inferenceproxy.server;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Tells browsers to come back by TLS alone (RFC 6797); ours takes the place of an upstream's. */
public final class HstsFilter implements ProxyFilter {

    private final String value;

    public HstsFilter(Duration age) {
        this.value = "max-age=" + age.toSeconds();
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        return next.handle(call).thenApply(answer -> answer.withHeader("Strict-Transport-Security", value));
    }
}
