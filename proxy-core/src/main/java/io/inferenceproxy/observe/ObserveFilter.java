package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The outermost filter: puts the identifier of the call on its answer, counts the calls under way, and hands the trace of
 * each call on when it has ended.
 */
public final class ObserveFilter implements ProxyFilter {

    private static final String REQUEST_ID = "X-Request-Id";

    private final Consumer<CallTrace> ended;
    private final LongAdder active = new LongAdder();

    ObserveFilter(Consumer<CallTrace> ended) {
        this.ended = ended;
    }

    /** One that tells nobody of the calls. */
    public static ObserveFilter silent() {
        return new ObserveFilter(trace -> {});
    }

    /** One whose calls are measured and told. */
    public static ObserveFilter to(Observations observations) {
        return new ObserveFilter(observations::ended);
    }

    /** How many calls have arrived and not ended. */
    public long active() {
        return active.sum();
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        Observation observation = new Observation(call);
        active.increment();
        call.onEnd(observation);
        CompletionStage<ProxyResponse> answer;
        try {
            answer = next.handle(call);
        } catch (RuntimeException | Error surprise) {
            call.trace().failed(surprise);
            throw surprise;
        }
        return answer.handle(observation);
    }

    /** What waits for the answer of a call, and for its end: one object for both. */
    private final class Observation
            implements Consumer<CallEnd>, BiFunction<ProxyResponse, @Nullable Throwable, ProxyResponse> {

        private final ProxyCall call;

        Observation(ProxyCall call) {
            this.call = call;
        }

        /** The pipeline turns failures into problems further in; one that comes here still gets its report. */
        @Override
        public ProxyResponse apply(ProxyResponse response, @Nullable Throwable failure) {
            if (failure != null) {
                call.trace().failed(failure);
                throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
            }
            call.trace().answered(response.status());
            return response.withHeader(REQUEST_ID, call.id());
        }

        @Override
        public void accept(CallEnd end) {
            call.trace().ended(end);
            ended.accept(call.trace());
            active.decrement(); // last, so that who sees no call under way finds all of them told of
        }
    }
}
