package io.inferenceproxy.server;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;

/**
 * HTTP/2 on the listener that callers reach.
 */
public record Http2Options(
        @Setting("Whether clients may choose HTTP/2 when they connect with TLS (ALPN)")
        boolean enabled,

        @Setting("Whether clients may begin with HTTP/2 without TLS (h2c with prior knowledge)")
        boolean h2c,

        @Setting("Most calls at once on one connection") int maxStreams) {

    /** What holds when nothing is configured. */
    public static final Http2Options DEFAULT = new Http2Options(true, false, 128);

    public Http2Options {
        Require.between(1, 10_000, maxStreams, "max-streams");
    }

    public Http2Options withEnabled(boolean enabled) {
        return new Http2Options(enabled, h2c, maxStreams);
    }

    public Http2Options withH2c(boolean h2c) {
        return new Http2Options(enabled, h2c, maxStreams);
    }

    public Http2Options withMaxStreams(int maxStreams) {
        return new Http2Options(enabled, h2c, maxStreams);
    }
}
