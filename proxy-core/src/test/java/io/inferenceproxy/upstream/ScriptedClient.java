package io.inferenceproxy.upstream;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An upstream client without a network: the test answers or fails each exchange itself. */
final class ScriptedClient implements UpstreamClient {

    private final List<Exchange> exchanges = new ArrayList<>();
    private final Set<String> dead = new HashSet<>();
    private int probes;

    record Exchange(UpstreamRequest request, CompletableFuture<ProxyResponse> answer) {}

    /** Nobody listens there. */
    ScriptedClient dead(String address) {
        dead.add(address);
        return this;
    }

    ScriptedClient alive(String address) {
        dead.remove(address);
        return this;
    }

    List<Exchange> exchanges() {
        return exchanges;
    }

    Exchange last() {
        return exchanges.get(exchanges.size() - 1);
    }

    int probes() {
        return probes;
    }

    @Override
    public CompletionStage<ProxyResponse> exchange(UpstreamRequest request, ProxyCall call) {
        Exchange exchange = new Exchange(request, new CompletableFuture<>());
        exchanges.add(exchange);
        call.cancellation()
                .onCancel(() -> exchange.answer()
                        .completeExceptionally(new UpstreamFailure(UpstreamFailure.Kind.CANCELLED, "cancelled")));
        if (dead.contains(request.address().toString())) {
            exchange.answer()
                    .completeExceptionally(
                            new UpstreamFailure(UpstreamFailure.Kind.CONNECTION_REFUSED, "connection refused"));
        }
        return exchange.answer();
    }

    @Override
    public CompletionStage<Boolean> probe(UpstreamAddress address, Duration timeout) {
        probes++;
        return CompletableFuture.completedFuture(!dead.contains(address.toString()));
    }

    @Override
    public void close() {
        // there is nothing to close
    }
}
