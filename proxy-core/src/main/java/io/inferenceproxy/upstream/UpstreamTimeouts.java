package io.inferenceproxy.upstream;

import java.time.Duration;
import java.util.Optional;

/**
 * How long an exchange with an upstream may take.
 *
 * @param connect until the connection is made, TLS included
 * @param firstByte from the whole request to the head of the answer
 * @param stall between bytes of the answer
 * @param eventStreamStall the same for event streams; empty for no limit
 * @param idle how long the connection is kept for reuse afterwards
 */
public record UpstreamTimeouts(
        Duration connect, Duration firstByte, Duration stall, Optional<Duration> eventStreamStall, Duration idle) {

    /**
     * Those of an upstream, with those of a route in their place where it has some; event streams may be silent for as
     * long as they like unless the route says otherwise.
     */
    public static UpstreamTimeouts of(
            UpstreamOptions upstream,
            Optional<Duration> connect,
            Optional<Duration> firstByte,
            Optional<Duration> stall) {
        return new UpstreamTimeouts(
                connect.orElse(upstream.connectTimeout()),
                firstByte.orElse(upstream.firstByteTimeout()),
                stall.orElse(upstream.stallTimeout()),
                stall,
                upstream.idleTimeout());
    }
}
