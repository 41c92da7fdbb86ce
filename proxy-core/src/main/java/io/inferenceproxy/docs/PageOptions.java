package io.inferenceproxy.docs;

import io.inferenceproxy.units.Setting;

/**
 * A group of built-in pages.
 */
public record PageOptions(
        @Setting("Whether the pages are served") boolean enabled,
        @Setting("Where they are served") String path) {

    public PageOptions {
        if (!path.startsWith("/") || !path.matches("/[A-Za-z0-9/_-]*") || path.length() > 1 && path.endsWith("/")) {
            throw new IllegalArgumentException("path: " + path + " (expected: a path such as /docs)");
        }
    }

    /** Pages that are served at this path. */
    public static PageOptions at(String path) {
        return new PageOptions(true, path);
    }

    public PageOptions withEnabled(boolean enabled) {
        return new PageOptions(enabled, path);
    }

    public PageOptions withPath(String path) {
        return new PageOptions(enabled, path);
    }

    /** The path of a page below this one. */
    String below(String name) {
        return path.length() == 1 ? path + name : path + "/" + name;
    }

    /** A reference from this page to the one below it, right also when a prefix stands in front of the path. */
    String relative(String name) {
        return path.substring(path.lastIndexOf('/') + 1) + (path.length() == 1 ? "" : "/") + name;
    }

    /** A reference back from a page below. */
    String fromBelow() {
        return path.length() == 1 ? "./" : "../" + path.substring(path.lastIndexOf('/') + 1);
    }

    /** A reference from this page to another path of the proxy. */
    String relativeToRoot(String target) {
        long depth = path.chars().filter(c -> c == '/').count() - 1;
        return (depth == 0 ? "./" : "../".repeat((int) depth)) + target.substring(1);
    }
}
