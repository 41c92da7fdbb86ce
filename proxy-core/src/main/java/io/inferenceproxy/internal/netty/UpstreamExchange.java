package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.upstream.UpstreamFailure;
import io.inferenceproxy.upstream.UpstreamRequest;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to an upstream: it outlives the connection that it was tried on, since a repeatable one may need a
 * second. Used on one event loop, but for its stage.
 */
final class UpstreamExchange {

    private final UpstreamRequest request;
    private final ProxyCall call;
    private final CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
    private @Nullable UpstreamConnection connection;
    private boolean cancelled;
    private boolean begun;

    UpstreamExchange(UpstreamRequest request, ProxyCall call) {
        this.request = request;
        this.call = call;
    }

    UpstreamRequest request() {
        return request;
    }

    ProxyCall call() {
        return call;
    }

    CompletableFuture<ProxyResponse> answer() {
        return answer;
    }

    private boolean isAnswered() {
        return answer.isDone();
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** The exchange goes on, on this connection. */
    void on(UpstreamConnection current) {
        connection = current;
        begun = true;
    }

    /** The connection is gone, and the exchange waits for another. */
    void off() {
        connection = null;
    }

    /** Whether the request can go out: nothing of its body was taken, or all that was can be had again. */
    boolean canBeSent() {
        return !begun || request.body().isRepeatable();
    }

    /** Nobody waits any more. */
    void cancel() {
        cancelled = true;
        if (connection != null) {
            connection.cancelled(this);
        } else {
            fail(UpstreamFailure.Kind.CANCELLED, "cancelled before it was sent");
        }
    }

    void succeed(ProxyResponse response) {
        if (call.io().isCurrentThread()) {
            answer.complete(response);
        } else {
            call.io().execute(() -> answer.complete(response));
        }
    }

    void fail(UpstreamFailure.Kind kind, String message) {
        if (!isAnswered()) {
            // the next address may have what this one did not take
            boolean untaken = kind.nothingSent() && canBeSent();
            if (!untaken) {
                request.body().cancel();
            }
            UpstreamFailure.Kind told =
                    kind.nothingSent() && !untaken ? UpstreamFailure.Kind.CONNECTION_TERMINATED : kind;
            complete(() -> answer.completeExceptionally(new UpstreamFailure(told, message)));
        }
    }

    /** Something in the proxy failed, which is neither side's doing. */
    void surprised(Throwable surprise) {
        if (!isAnswered()) {
            request.body().cancel();
            complete(() -> answer.completeExceptionally(surprise));
        }
    }

    /** The request's own body failed, which is not the upstream's doing. */
    void failRequest(Throwable cause) {
        if (!isAnswered()) {
            UpstreamFailure failure =
                    new UpstreamFailure(UpstreamFailure.Kind.REQUEST_BROKEN_OFF, "the request's body broke off", cause);
            complete(() -> answer.completeExceptionally(failure));
        }
    }

    /** The stage completes on the I/O thread of the call, which need not be this event loop. */
    private void complete(Runnable completion) {
        if (call.io().isCurrentThread()) {
            completion.run();
        } else {
            call.io().execute(completion);
        }
    }
}
