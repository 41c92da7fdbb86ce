package io.inferenceproxy.upstream;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.MediaType;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemRendering;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An event stream that never ends as if it were whole when it is not: what comes passes untouched, and when the upstream
 * dies, or the server must stop, a last event of type {@code error} says so.
 *
 * <p>A line that was open is ended, but not its event: a blank line would hand the half of an event to the client as if it
 * were a whole one. So what was begun becomes part of the {@code error} event, with the problem as its last line.
 */
final class EventStreamBody implements Body, BodySink {

    private final Body upstream;
    private final ProxyCall call;
    private @Nullable BodySink client;
    private @Nullable Problem early;
    private boolean lineOpen;
    private boolean over;

    private EventStreamBody(Body upstream, ProxyCall call) {
        this.upstream = upstream;
        this.call = call;
    }

    /** The answer, with this in place of its body if it is an event stream that bytes can be added to. */
    static ProxyResponse endingInOrder(ProxyResponse response, ProxyCall call) {
        // Without chunks the end of the connection would make it seem whole: a client of HTTP/1.0 must see that it is
        // cut.
        boolean chunked = !call.request().version().equals("1.0");
        if (!chunked || !isOpenEventStream(response) || call.request().method().equals("HEAD")) {
            return response;
        }
        EventStreamBody body = new EventStreamBody(response.body(), call);
        call.onInterrupt(body::interrupted);
        return response.withBody(body);
    }

    private static boolean isOpenEventStream(ProxyResponse response) {
        Headers headers = response.headers();
        return response.status() < 300
                && response.body().length().isEmpty()
                && headers.first("Content-Type")
                        .filter(type -> MediaType.parse(type).isEventStream())
                        .isPresent()
                && headers.all("Content-Encoding").stream().allMatch("identity"::equalsIgnoreCase);
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.empty();
    }

    @Override
    public void read(BodySink sink) {
        client = sink;
        if (early == null) {
            upstream.read(this);
        } else {
            end(sink, early);
        }
    }

    @Override
    public void pause() {
        upstream.pause();
    }

    @Override
    public void resume() {
        upstream.resume();
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            call.clearInterrupt();
            upstream.cancel();
        }
    }

    @Override
    public void onChunk(Chunk chunk) {
        if (over || client == null) {
            chunk.release();
            return;
        }
        if (chunk.size() > 0) {
            byte last = chunk.lastByte();
            lineOpen = last != '\n' && last != '\r';
        }
        client.onChunk(chunk);
    }

    @Override
    public void onReadComplete() {
        if (!over && client != null) {
            client.onReadComplete();
        }
    }

    @Override
    public void onEnd() {
        if (!over && client != null) {
            over = true;
            call.clearInterrupt();
            client.onEnd();
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        if (over || client == null) {
            return;
        }
        over = true;
        call.clearInterrupt();
        boolean reportable =
                cause instanceof UpstreamFailure failure && failure.kind() != UpstreamFailure.Kind.CANCELLED;
        if (reportable && !call.cancellation().isCancelled()) {
            end(
                    client,
                    UpstreamProblems.of((UpstreamFailure) cause, call.trace().upstream()));
        } else {
            client.onFailure(cause);
        }
    }

    private void interrupted() {
        if (over) {
            return;
        }
        over = true;
        upstream.cancel();
        if (client == null) {
            early = UpstreamProblems.draining();
        } else {
            end(client, UpstreamProblems.draining());
        }
    }

    private void end(BodySink sink, Problem problem) {
        call.trace().refused(problem.type().slug(), problem.reason());
        call.trace().brokeOff();
        String event = "event: error\ndata: " + ProblemRendering.json(problem, call) + "\n\n";
        sink.onChunk(Chunk.of((lineOpen ? "\n" + event : event).getBytes(StandardCharsets.UTF_8)));
        sink.onReadComplete();
        sink.onEnd();
    }
}
