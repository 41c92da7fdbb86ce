package io.inferenceproxy.server;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.util.List;

/**
 * The listener for operators: metrics, health, drain.
 */
public record AdminOptions(
        @Setting("Whether there is an admin listener at all")
        boolean enabled,

        @Setting("Address to listen on") String host,

        @Setting("Port to listen on; when it is not set explicitly and taken, a free one is used")
        int port,

        @Setting("Pages that need no role admin when the caller is not on this machine")
        List<String> open) {

    /** The pages that can be opened. */
    private static final List<String> PAGES = List.of("metrics", "livez", "readyz");

    /** What holds when nothing is configured. */
    public static final AdminOptions DEFAULT = new AdminOptions(true, "127.0.0.1", 9901, PAGES);

    public AdminOptions {
        Require.printable(host, "host");
        Require.between(0, 65_535, port, "port");
        open = List.copyOf(open);
        for (String page : open) {
            if (!PAGES.contains(page)) {
                throw new IllegalArgumentException("open: " + page + " (expected: some of " + PAGES + ")");
            }
        }
    }

    public AdminOptions withEnabled(boolean enabled) {
        return new AdminOptions(enabled, host, port, open);
    }

    public AdminOptions withHost(String host) {
        return new AdminOptions(enabled, host, port, open);
    }

    public AdminOptions withPort(int port) {
        return new AdminOptions(enabled, host, port, open);
    }

    public AdminOptions withOpen(List<String> open) {
        return new AdminOptions(enabled, host, port, open);
    }
}
