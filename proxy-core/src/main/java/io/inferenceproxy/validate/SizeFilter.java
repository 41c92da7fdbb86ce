package io.inferenceproxy.validate;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.LimitedBody;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.units.DataSize;
import java.util.concurrent.CompletionStage;

/** Content of any kind: refused unread where it says that it is too large, else counted while it passes. */
final class SizeFilter implements ValidateFilter {

    private final DataSize maxBody;

    SizeFilter(DataSize maxBody) {
        this.maxBody = maxBody;
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        Body body = call.request().body();
        if (body.length().orElse(0) > maxBody.bytes()) {
            return ValidateFilter.tooLarge(maxBody).toAnswer(call);
        }
        call.trace().mark(CallTrace.Mark.VALIDATED);
        Body limited = LimitedBody.of(body, maxBody.bytes());
        return next.handle(
                limited == body ? call : call.withRequest(call.request().withBody(limited)));
    }
}
