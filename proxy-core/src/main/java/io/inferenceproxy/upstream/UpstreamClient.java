package io.inferenceproxy.upstream;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Has one exchange with one address.
 *
 * <ol>
 *   <li>The stage completes, on the I/O thread of the call, with the head of the answer, its body still to be read; or it
 *       fails with an {@link UpstreamFailure}. The body too fails with one.
 *   <li>The headers of the answer are those that the upstream sent, hop-by-hop and framing fields aside.
 *   <li>When the call is cancelled the connection is closed at once, and the stage or the body fails with
 *       {@link UpstreamFailure.Kind#CANCELLED}.
 *   <li>It never retries, but for a {@code repeatable} request on a kept connection that proves to be dead, and for any
 *       request when that was seen before its first byte was written.
 *   <li>It reads the request's body itself, or cancels it; when the body fails, the connection is closed, so that the
 *       upstream never takes a part for the whole, and the stage fails with
 *       {@link UpstreamFailure.Kind#REQUEST_BROKEN_OFF} and the body's failure as its cause.
 *   <li>When it fails with a kind of which {@link UpstreamFailure.Kind#nothingSent()} holds, it has not touched the
 *       request's body, or can leave it to be read again: the next address can have it.
 * </ol>
 */
public interface UpstreamClient extends AutoCloseable {

    /** Sends the request and waits for the head of the answer. */
    CompletionStage<ProxyResponse> exchange(UpstreamRequest request, ProxyCall call);

    /** Whether a connection to the address can be made in time. The stage never fails. */
    CompletionStage<Boolean> probe(UpstreamAddress address, Duration timeout);

    /** Closes what is open. */
    @Override
    void close();
}
