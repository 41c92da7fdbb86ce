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
}
