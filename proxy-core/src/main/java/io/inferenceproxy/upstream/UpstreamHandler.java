package io.inferenceproxy.upstream;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.PeekedBody;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The last handler: takes the call to its upstream and brings the answer back.
 *
 * <ol>
 *   <li>A call waits for its place while the upstream has as many as it may; with the queue full, or after the queue
 *       timeout, it is refused as {@code overloaded}. It holds its place until it ends, or until the exchange failed.
 *   <li>Addresses take turns. When connecting failed the next is tried, each at most once; nothing is sent twice.
 *   <li>Failures become problems with {@code Proxy-Status}; status, fields and bytes of an answer stay as they are, but for
 *       what belongs to one connection and our own names.
 *   <li>When the server stops, a call without an answer gets {@code draining}, an event stream ends with that event.
 * </ol>
 */
public final class UpstreamHandler implements ProxyHandler {

    private final UpstreamClient client;
    private final UpstreamGroup group;
    private final UpstreamTimeouts timeouts;
    private final Function<RequestTarget, String> path;
    private final boolean repeatable;
    private final BufferAccount buffers;

    /**
     * @param client has the exchanges
     * @param group where the calls go
     * @param timeouts how long they may take
     * @param path the path for a target, empty or with a leading slash, after the path of the address's own URL
     * @param repeatable whether a request may be sent again when a kept connection turns out to be dead
     * @param buffers has room for the beginning of what may be sent again, or has none
     */
    public UpstreamHandler(
            UpstreamClient client,
            UpstreamGroup group,
            UpstreamTimeouts timeouts,
            Function<RequestTarget, String> path,
            boolean repeatable,
            BufferAccount buffers) {
        this.client = client;
        this.group = group;
        this.timeouts = timeouts;
        this.path = path;
        this.repeatable = repeatable;
        this.buffers = buffers;
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        if (group.addresses().isEmpty()) {
            return UpstreamProblems.unavailable(group.name()).toAnswer(call);
        }
        return new UpstreamExchange(this, repeatable ? peeked(call) : call).start();
    }

    /** The call with the beginning of its content kept, which is what a request that is sent again needs. */
    private ProxyCall peeked(ProxyCall call) {
        Body body = PeekedBody.of(call.request().body(), buffers);
        if (body == call.request().body()) {
            return call;
        }
        call.onEnd(end -> body.settle());
        return call.withRequest(call.request().withBody(body));
    }

    UpstreamGroup group() {
        return group;
    }

    CompletionStage<ProxyResponse> exchange(ProxyCall call, UpstreamAddress address) {
        return client.exchange(request(call, address), call);
    }

    private UpstreamRequest request(ProxyCall call, UpstreamAddress address) {
        return new UpstreamRequest(
                address,
                call.request().method(),
                target(call.request().target(), address),
                new RequestFields(call, group, address),
                call.request().body(),
                timeouts,
                repeatable);
    }

    private String target(RequestTarget target, UpstreamAddress address) {
        String whole = address.path().concat(path.apply(target));
        return (whole.isEmpty() ? "/" : whole).concat(target.query());
    }
}
