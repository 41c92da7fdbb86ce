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
        Duration connect, Duration firstByte, Duration stall, Optional<Duration> eventStreamStall, Duration idle) {}
