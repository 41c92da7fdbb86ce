package io.inferenceproxy.route;

import io.inferenceproxy.http.RequestTarget;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a route leads at the upstream: its {@code to} and what {@code /**} matched, joined with a single slash; without
 * {@code to}, the path of the request. What stands before it, the path of the upstream's own URL, is not its business.
 */
public final class UpstreamPath {

    private final RouteMatch match;
    private final @Nullable String to;

    public UpstreamPath(RouteMatch match, Optional<String> to) {
        this.match = match;
        this.to = to.orElse(null);
    }

    /** The path for a target that the route covers: empty, or with a leading slash; canonical where the target is. */
    public String of(RequestTarget target) {
        if (to == null) {
            return target.path();
        }
        String remainder = match.remainder(target.path());
        if (remainder.isEmpty()) {
            return to;
        }
        return to.endsWith("/") ? to.concat(remainder.substring(1)) : to.concat(remainder);
    }
}
