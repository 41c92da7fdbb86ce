package io.inferenceproxy.limit;

import io.inferenceproxy.http.Headers;
import java.util.List;

/**
 * The header fields that tell how the limits of a call stand: {@code RateLimit-Policy} and {@code RateLimit}
 * (draft-ietf-httpapi-ratelimit-headers) with all windows, and the older {@code X-RateLimit-*} with the tightest one.
 */
public final class LimitHeaders {

    private final String policies;

    /** Fields for these windows. */
    public LimitHeaders(List<LimitWindow> windows) {
        StringBuilder text = new StringBuilder();
        for (LimitWindow window : windows) {
            separated(text).append('"').append(window.name()).append("\";q=");
            text.append(window.quota()).append(";w=").append(window.seconds());
        }
        this.policies = text.toString();
    }

    /** The fields for windows that stand so; none where there are no windows. */
    public Headers of(List<WindowStatus> statuses) {
        if (statuses.isEmpty()) {
            return Headers.empty();
        }
        StringBuilder limits = new StringBuilder(48 * statuses.size());
        for (WindowStatus status : statuses) {
            separated(limits).append('"').append(status.window().name()).append("\";r=");
            limits.append(status.remaining()).append(";t=").append(status.resetSeconds());
        }
        WindowStatus tightest = tightest(statuses);
        return Headers.of(
                "RateLimit-Policy",
                policies,
                "RateLimit",
                limits.toString(),
                "X-RateLimit-Limit",
                Long.toString(tightest.window().quota()),
                "X-RateLimit-Remaining",
                Long.toString(tightest.remaining()),
                "X-RateLimit-Reset",
                Long.toString(tightest.resetSeconds()));
    }

    /** The window with the fewest calls remaining; of several such, the one that resets last. */
    private static WindowStatus tightest(List<WindowStatus> statuses) {
        WindowStatus tightest = statuses.get(0);
        for (WindowStatus status : statuses) {
            boolean fewer = status.remaining() < tightest.remaining();
            boolean later = status.resetSeconds() > tightest.resetSeconds();
            if (fewer || status.remaining() == tightest.remaining() && later) {
                tightest = status;
            }
        }
        return tightest;
    }

    private static StringBuilder separated(StringBuilder text) {
        return text.isEmpty() ? text : text.append(", ");
    }
}
