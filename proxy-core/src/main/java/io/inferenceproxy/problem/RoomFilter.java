package io.inferenceproxy.problem;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.units.DataSize;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Refuses new calls while there is no room for what they bring: calls with content while the account of buffered bytes is
 * full, all calls while it is overrun. Their content is not read. What is under way goes on.
 */
public final class RoomFilter implements ProxyFilter {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final BufferAccount buffers;

    public RoomFilter(BufferAccount buffers) {
        this.buffers = buffers;
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        if (buffers.isFull() && (!call.request().body().isEmpty() || buffers.isOverrun())) {
            return noRoom(buffers).toAnswer(call);
        }
        return next.handle(call);
    }

    /** The refusal of a call for which there is no room, also of one whose content does not fit half-way. */
    public static Problem noRoom(BufferAccount buffers) {
        buffers.refused();
        DataSize bound = DataSize.ofBytes(buffers.bound());
        return Problem.of(
                        ProblemType.OVERLOADED,
                        "The proxy holds as much content as it may (server.max-buffered: " + bound + ").")
                .withReason("no room: " + buffers.used() + " of " + buffers.bound() + " bytes are held")
                .withRetryAfter(SOON);
    }
}
