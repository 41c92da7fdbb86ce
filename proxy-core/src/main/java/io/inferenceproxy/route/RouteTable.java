package io.inferenceproxy.route;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds who handles a call, by its method and path; what nobody handles is refused here and goes no further.
 *
 * <ol>
 *   <li>Built-in paths win: when one covers the path, routes are not looked at. A built-in GET answers HEAD too.
 *   <li>Among the routes for the method the most specific path wins: exact over {@code /**}, longer over shorter.
 *   <li>A known path with another method is 405 with {@code Allow}, also {@code OPTIONS *}; an unknown path is 404; CONNECT
 *       and TRACE are 501.
 * </ol>
 */
public final class RouteTable implements ProxyHandler {

    private static final Set<String> COMMON_METHODS =
            Set.of("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

    private final RouteIndex builtIns;
    private final RouteIndex routes;

    /**
     * @param builtIns the proxy's own pages
     * @param routes the configured routes
     * @throws IllegalArgumentException when two of one kind have the same path and a method in common
     */
    public RouteTable(List<RouteEntry> builtIns, List<RouteEntry> routes) {
        this.builtIns = index(builtIns);
        this.routes = index(routes);
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        String method = call.request().method();
        String path = call.request().target().path();
        if (method.equalsIgnoreCase("CONNECT") || method.equalsIgnoreCase("TRACE")) {
            return Problem.of(ProblemType.NOT_IMPLEMENTED, "The proxy does not serve this method.")
                    .withClosing()
                    .toAnswer(call);
        }
        boolean builtIn = builtIns.covers(path);
        RouteEntry found = builtIn ? builtIn(method, path) : routes.find(method, path);
        if (found == null) {
            return refusal(builtIn, call);
        }
        return found.handler().handle(call.withRoute(found.name(), found.style()));
    }

    private @Nullable RouteEntry builtIn(String method, String path) {
        RouteEntry own = builtIns.find(method, path);
        return own == null && method.equals("HEAD") ? builtIns.find("GET", path) : own;
    }

    private CompletionStage<ProxyResponse> refusal(boolean builtIn, ProxyCall call) {
        String path = call.request().target().path();
        SortedSet<String> allowed = new TreeSet<>();
        if (path.equals(RequestTarget.ASTERISK.path())) {
            allow(builtIns.all().stream(), true, allowed);
            allow(routes.all().stream(), false, allowed);
        } else {
            allow(
                    (builtIn ? builtIns : routes)
                            .all().stream().filter(entry -> entry.match().covers(path)),
                    builtIn,
                    allowed);
        }
        ProxyCall styled = call.withRoute("", builtIn ? ApiStyle.NATIVE : closestStyle(path));
        return allowed.isEmpty()
                ? Problem.of(ProblemType.NOT_FOUND).toAnswer(styled)
                : Problem.of(ProblemType.METHOD_NOT_ALLOWED)
                        .withHeader("Allow", String.join(", ", allowed))
                        .toAnswer(styled);
    }

    private static void allow(Stream<RouteEntry> entries, boolean headWithGet, SortedSet<String> allowed) {
        entries.map(entry -> entry.match().methods())
                .forEach(methods -> allowed.addAll(methods.isEmpty() ? COMMON_METHODS : methods));
        if (headWithGet && allowed.contains("GET")) {
            allowed.add("HEAD");
        }
    }

    /** The dialect of the route that covers the path, else of one that shares most leading segments, at least one. */
    private ApiStyle closestStyle(String path) {
        ApiStyle style = ApiStyle.NATIVE;
        int most = 0;
        for (RouteEntry entry : routes.all()) {
            if (entry.match().covers(path)) {
                return entry.style();
            }
            int shared = sharedSegments(entry.match().path(), path);
            if (shared > most) {
                most = shared;
                style = entry.style();
            }
        }
        return style;
    }

    private static int sharedSegments(String one, String other) {
        int segments = 0;
        for (int i = 1; ; i++) {
            boolean oneEnds = i >= one.length() || one.charAt(i) == '/';
            boolean otherEnds = i >= other.length() || other.charAt(i) == '/';
            if (oneEnds && otherEnds) {
                segments += i > 1 ? 1 : 0;
            }
            if (i >= one.length() || i >= other.length() || one.charAt(i) != other.charAt(i)) {
                return segments;
            }
        }
    }

    private static RouteIndex index(List<RouteEntry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            for (int j = 0; j < i; j++) {
                requireDistinct(entries.get(j), entries.get(i));
            }
        }
        return new RouteIndex(entries);
    }

    private static void requireDistinct(RouteEntry one, RouteEntry other) {
        RouteMatch first = one.match();
        RouteMatch second = other.match();
        boolean samePath = first.below() == second.below() && first.path().equals(second.path());
        boolean sameMethod = first.methods().isEmpty()
                || second.methods().isEmpty()
                || !Collections.disjoint(first.methods(), second.methods());
        if (samePath && sameMethod) {
            throw new IllegalArgumentException("match: " + first + " of " + one.name() + " and " + second + " of "
                    + other.name() + " (expected: routes that share a path to share no method)");
        }
    }
}
