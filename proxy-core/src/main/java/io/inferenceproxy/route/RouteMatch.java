package io.inferenceproxy.route;

import io.inferenceproxy.http.RequestTarget;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The methods and the path of a route, {@code POST,PUT /api/inference/**}.
 *
 * @param methods the methods, in order; empty for any
 * @param path the path, canonical; without the trailing {@code /**}
 * @param below whether all paths below it belong to it too
 */
public record RouteMatch(Set<String> methods, String path, boolean below) {

    private static final String GRAMMAR = "METHOD[,METHOD...] PATH, or * PATH; a PATH may end in /**";

    /**
     * Reads the form {@code METHOD[,METHOD...] PATH}.
     *
     * @throws IllegalArgumentException when it is anything else, names CONNECT or TRACE, or the path is not canonical
     */
    public static RouteMatch parse(String text) {
        String[] parts = text.strip().split("\\s+", -1);
        if (parts.length != 2) {
            throw malformed(text, "expected: " + GRAMMAR);
        }
        Set<String> methods = new LinkedHashSet<>();
        if (!parts[0].equals("*")) {
            for (String method : parts[0].split(",", -1)) {
                if (!method.matches("[A-Z][A-Z_-]{0,31}")) {
                    throw malformed(text, "expected: " + GRAMMAR);
                }
                if (method.equals("CONNECT") || method.equals("TRACE")) {
                    throw malformed(text, method + " is never served");
                }
                methods.add(method);
            }
        }
        boolean below = parts[1].endsWith("/**");
        String path = below ? parts[1].substring(0, parts[1].length() - 3) : parts[1];
        try {
            String canonical =
                    path.isEmpty() && below ? "" : RequestTarget.parse(path).path();
            if (!canonical.equals(path) || path.indexOf('*') >= 0 || below && path.endsWith("/")) {
                throw malformed(text, "expected: a path in canonical form, with * only as the last segment /**");
            }
        } catch (RequestTarget.Malformed malformed) {
            throw malformed(text, malformed.reason());
        }
        return new RouteMatch(methods, path, below);
    }

    public RouteMatch {
        methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
    }

    /** Whether the route is for this method; CONNECT and TRACE are no route's. */
    public boolean allows(String method) {
        return methods.isEmpty() ? !method.equals("CONNECT") && !method.equals("TRACE") : methods.contains(method);
    }

    /** Whether a canonical path belongs to the route. */
    public boolean covers(String candidate) {
        return below
                ? candidate.startsWith(path)
                        && (candidate.length() == path.length() || candidate.charAt(path.length()) == '/')
                : candidate.equals(path);
    }

    /** What {@code /**} matched of a path that the route covers: empty, or with a leading slash. */
    public String remainder(String covered) {
        return below ? covered.substring(path.length()) : "";
    }

    private static IllegalArgumentException malformed(String text, String expected) {
        return new IllegalArgumentException("match: " + text + " (" + expected + ")");
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return (methods.isEmpty() ? "*" : String.join(",", methods)) + " " + path + (below ? "/**" : "");
    }
}
