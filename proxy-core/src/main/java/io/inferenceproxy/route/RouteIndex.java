package io.inferenceproxy.route;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Routes of one kind, found by path and method; the most specific wins. Those for one path alone lie by its length, so that
 * of the many pages that a proxy has only the few are compared that could be meant.
 */
final class RouteIndex {

    private static final RouteEntry[] NONE = {};

    private static final Comparator<RouteEntry> MOST_SPECIFIC_FIRST =
            Comparator.comparing((RouteEntry entry) -> entry.match().below()).thenComparing(entry -> -length(entry));

    private final List<RouteEntry> all;
    private final RouteEntry[][] exact;
    private final RouteEntry[] below;

    RouteIndex(List<RouteEntry> entries) {
        this.all = entries.stream().sorted(MOST_SPECIFIC_FIRST).toList();
        this.below = all.stream().filter(entry -> entry.match().below()).toArray(RouteEntry[]::new);
        this.exact = new RouteEntry
                [1 + all.stream().mapToInt(RouteIndex::length).max().orElse(0)][];
        for (int length = 0; length < exact.length; length++) {
            int wanted = length;
            exact[length] = all.stream()
                    .filter(entry -> !entry.match().below() && length(entry) == wanted)
                    .toArray(RouteEntry[]::new);
        }
    }

    private static int length(RouteEntry entry) {
        return entry.match().path().length();
    }

    /** Whether a route, for whatever method, has this path. */
    boolean covers(String path) {
        return first(ofLength(path), path, null) != null || first(below, path, null) != null;
    }

    @Nullable
    RouteEntry find(String method, String path) {
        RouteEntry found = first(ofLength(path), path, method);
        return found != null ? found : first(below, path, method);
    }

    /** All routes, the most specific first. */
    List<RouteEntry> all() {
        return all;
    }

    private RouteEntry[] ofLength(String path) {
        return path.length() < exact.length ? exact[path.length()] : NONE;
    }

    private static @Nullable RouteEntry first(RouteEntry[] entries, String path, @Nullable String method) {
        for (RouteEntry entry : entries) {
            if (entry.match().covers(path) && (method == null || entry.match().allows(method))) {
                return entry;
            }
        }
        return null;
    }
}
