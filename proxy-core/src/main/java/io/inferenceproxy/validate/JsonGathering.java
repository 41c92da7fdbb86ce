package io.inferenceproxy.validate;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Takes in a body that most likely comes at once, as that of nearly every call does: it is looked at where it was read to,
 * and goes on from there. One that takes its time, or is large, is collected after all.
 *
 * <p>All of it happens on the I/O thread of the call.
 */
final class JsonGathering implements BodySink {

    private final JsonFilter filter;
    private final ProxyCall call;
    private final ProxyHandler next;
    private final CheckedBody content;
    private @Nullable BodyCollector collector;
    private @Nullable CompletionStage<ProxyResponse> answer;
    private @Nullable CompletableFuture<ProxyResponse> promised;

    JsonGathering(JsonFilter filter, ProxyCall call, ProxyHandler next) {
        this.filter = filter;
        this.call = call;
        this.next = next;
        this.content = new CheckedBody(call.io());
    }

    /** Reads the body, of which the first pieces come in the very event in which the head came, yet after it. */
    CompletionStage<ProxyResponse> read(Body body) {
        body.read(this);
        if (answer != null) {
            return answer;
        }
        CompletableFuture<ProxyResponse> later = new CompletableFuture<>();
        promised = later;
        return later;
    }

    private void answer(CompletionStage<ProxyResponse> stage) {
        CompletableFuture<ProxyResponse> later = promised;
        if (later == null) {
            answer = stage;
        } else {
            JsonFilter.relay(stage, later);
        }
    }

    private void collect() {
        BodyCollector collecting = filter.collector(call);
        collector = collecting;
        content.drainTo(collecting);
        answer(filter.whenCollected(call, collecting.result(), next));
    }

    @Override
    public void onChunk(Chunk chunk) {
        if (collector == null && chunk.size() > PlainJson.MOST_KEPT - content.size()) {
            collect();
        }
        if (collector != null) {
            collector.onChunk(chunk);
        } else {
            content.add(chunk);
        }
    }

    @Override
    public void onReadComplete() {
        if (collector == null) {
            collect();
        }
    }

    @Override
    public void onEnd() {
        if (collector != null) {
            collector.onEnd();
        } else {
            CompletionStage<ProxyResponse> judged;
            try {
                judged = filter.checked(call, content, next);
            } catch (RuntimeException | Error surprise) {
                judged = CompletableFuture.failedFuture(surprise);
            }
            content.keep();
            answer(judged);
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        if (collector != null) {
            collector.onFailure(cause);
        } else {
            content.cancel();
            answer(CompletableFuture.failedFuture(cause));
        }
    }
}
