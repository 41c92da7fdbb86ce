package io.inferenceproxy.limit;

import io.inferenceproxy.http.Headers;
import java.util.List;

/**
 * The header fields that tell how the limits of a call stand: {@code RateLimit-Policy} and {@code RateLimit}
 * (draft-ietf-httpapi-ratelimit-headers) with all windows, and the older {@code X-RateLimit-*} with the tightest one.
 */
public final class LimitHeaders {

    private LimitHeaders() {}

    /** The fields for windows that stand so; none where there are no windows. */
    public static Headers of(List<WindowStatus> statuses) {
        return statuses.isEmpty() ? Headers.empty() : new LimitFields(statuses);
    }
}
