package io.inferenceproxy.limit;

import io.inferenceproxy.http.Headers;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The header fields that tell how the limits of a call stand: {@code RateLimit-Policy} and {@code RateLimit}
 * (draft-ietf-httpapi-ratelimit-headers) with all windows, and the older {@code X-RateLimit-*} with the tightest one.
 */
public final class LimitHeaders {

    private final String policies;
    private final LimitLines lines;

    /** Fields for these windows. */
    public LimitHeaders(List<LimitWindow> windows) {
        this.policies = windows.stream()
                .map(window -> "\"" + window.name() + "\";q=" + window.quota() + ";w=" + window.seconds())
                .collect(Collectors.joining(", "));
        this.lines = new LimitLines(windows, policies);
    }

    /** The fields for windows that stand so; none where there are no windows. */
    public Headers of(List<WindowStatus> statuses) {
        return statuses.isEmpty() ? Headers.empty() : new LimitFields(policies, lines, statuses);
    }
}
