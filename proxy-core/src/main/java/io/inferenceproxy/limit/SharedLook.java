package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.limit.SharedRequest.Verb;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** How shared windows stand, asked for without a charge. */
final class SharedLook {

    private SharedLook() {}

    /** The answer, on the I/O thread of the call; none where nobody answers in time. */
    static CompletionStage<Optional<SharedAnswer>> at(SharedLimits limits, ProxyCall call, Claim first) {
        CompletableFuture<Optional<SharedAnswer>> seen = new CompletableFuture<>();
        var timer = call.io().schedule(limits.options().timeout(), () -> seen.complete(Optional.empty()));
        limits.ask(limits.request(Verb.PEEK, first, 0))
                .whenComplete((answer, failure) -> call.io().execute(() -> {
                    timer.cancel();
                    seen.complete(failure == null ? Optional.of(answer) : Optional.empty());
                }));
        return seen;
    }
}
