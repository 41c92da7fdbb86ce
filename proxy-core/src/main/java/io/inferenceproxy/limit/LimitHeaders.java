package io.inferenceproxy.limit;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import java.util.List;

/**
 * The header fields that tell how the limits of a call stand: {@code RateLimit-Policy} and {@code RateLimit}
 * (draft-ietf-httpapi-ratelimit-headers) with all windows, and the older {@code X-RateLimit-*} with the tightest one.
 */
public final class LimitHeaders {

    private LimitHeaders() {}

    /** The answer with the fields for windows that stand so, in place of fields of these names that it had. */
    static ProxyResponse told(ProxyCall call, ProxyResponse answer, List<WindowStatus> statuses) {
        Headers told = answer.headers().overlaidWith(of(statuses));
        return answer.withHeaders(
                call.style() == ApiStyle.OPENAI ? told.overlaidWith(OpenAiLimitFields.of(statuses)) : told);
    }

    /** The fields for windows that stand so; none where there are no windows. */
    public static Headers of(List<WindowStatus> statuses) {
        return statuses.isEmpty() ? Headers.empty() : new LimitFields(statuses);
    }
}
