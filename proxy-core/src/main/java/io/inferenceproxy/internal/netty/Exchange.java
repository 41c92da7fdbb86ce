package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyBrokenOff;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.PacedBody;
import io.inferenceproxy.http.ProxyResponse;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, whatever version of HTTP carries them: writes the answer's head, then its body as it comes, with
 * back-pressure, and knows how it ended. What comes in and what goes out in bytes is for those who extend it.
 */
abstract class Exchange implements BodySink {

    private final ProxyCall call;
    private final @Nullable InboundBody requestBody;
    private @Nullable Body responseBody;
    private boolean whole;
    private long left = Long.MAX_VALUE;

    Exchange(ProxyCall call, @Nullable InboundBody requestBody) {
        this.call = call;
        this.requestBody = requestBody;
    }

    /** Writes the head of the answer. */
    abstract void writeHead(ProxyResponse response, boolean bodiless, long length);

    /** Writes a piece of the answer's body and releases it once it is no longer needed. */
    abstract void writePiece(Chunk chunk, boolean last);

    /** Writes what ends a body, where something does, and sees to it that {@link #written()} is called. */
    abstract void writeEnd(boolean bodiless);

    /** Sends what was written. */
    abstract void flush();

    /** Whether no more should come until the client has taken what waits for it. */
    abstract boolean isHeldUp(boolean canBeHadAgain);

    /** Whether anything can still be written. */
    abstract boolean isOpen();

    /** Ends the answer where it stands, so that the client sees that it is not whole. */
    abstract void cut();

    /** Gives back what was not handed on. */
    abstract void drop();

    /** The call has ended, and everything of the answer was written. */
    abstract void over();

    final ProxyCall call() {
        return call;
    }

    final @Nullable InboundBody requestBody() {
        return requestBody;
    }

    /** Whether all of the request has come. */
    final boolean isRequestComplete() {
        return requestBody == null || requestBody.isComplete();
    }

    /** Whether the head of the answer was written. */
    final boolean isAnswered() {
        return responseBody != null;
    }

    /** Writes the answer; its body follows as it comes. */
    final void answer(ProxyResponse response, boolean bodiless, long length) {
        boolean requestComplete = isRequestComplete();
        Body body = PacedBody.of(response.body());
        responseBody = body;
        writeHead(response, bodiless, length);
        if (requestBody != null && !requestComplete && !requestBody.isBeingRead()) {
            requestBody.cancel();
        }
        if (bodiless) {
            body.cancel();
            finish(true);
        } else {
            left = length >= 0 ? length : Long.MAX_VALUE;
            body.read(this);
        }
    }

    /** Whether an answer of that status to this request has no body, whatever its fields say (RFC 9110 section 6.4.1). */
    final boolean isBodiless(int status) {
        return call.request().method().equals("HEAD") || status == 204 || status == 304;
    }

    @Override
    public final void onChunk(Chunk chunk) {
        int size = chunk.size();
        if (whole || size == 0 || size > left || !isOpen()) {
            chunk.release();
            if (!whole && size > left) {
                abort();
            }
            return;
        }
        if (left != Long.MAX_VALUE) {
            left -= size;
        }
        call.trace().responseBytes(size);
        writePiece(chunk, left == 0);
        Body flowing = responseBody;
        if (flowing != null && isHeldUp(flowing instanceof PacedBody)) {
            flowing.pause();
            flush();
        }
    }

    @Override
    public final void onReadComplete() {
        if (!whole) {
            flush();
        }
    }

    @Override
    public final void onEnd() {
        if (left > 0 && left != Long.MAX_VALUE) {
            abort();
        } else {
            finish(false);
        }
    }

    /** What came is not the whole. */
    @Override
    public final void onFailure(Throwable cause) {
        if (call.trace().reason().isEmpty()) {
            call.trace().explained(String.valueOf(cause.getMessage()));
        }
        abort();
    }

    /** More can be written again. */
    final void writable() {
        if (responseBody != null && !whole) {
            responseBody.resume();
        }
    }

    /** The client is gone. */
    final void clientGone() {
        boolean unfinished = responseBody != null && !whole;
        whole = true; // before the upstream's side ends too: that is a consequence, not the cause
        drop();
        if (requestBody != null) {
            requestBody.failed(new BodyBrokenOff("the client left"));
        }
        call.cancellation().cancel();
        forgetRequest();
        if (responseBody != null && unfinished) {
            responseBody.cancel();
        }
        call.end(CallEnd.CLIENT_GONE);
    }

    /** What came of a body that nobody read, or not to its end, is released with its call. */
    private void forgetRequest() {
        if (requestBody != null) {
            requestBody.cancel();
        }
    }

    private void finish(boolean bodiless) {
        whole = true;
        writeEnd(bodiless);
    }

    /** Ends the answer where it stands. */
    final void abort() {
        if (whole) {
            return;
        }
        whole = true;
        if (responseBody != null) {
            responseBody.cancel();
        }
        call.end(CallEnd.BROKEN_OFF);
        cut();
    }

    /** The last byte of the answer was written. */
    final void written() {
        call.end(call.trace().isBrokenOff() ? CallEnd.BROKEN_OFF : CallEnd.COMPLETED);
        forgetRequest();
        over();
    }
}
