package io.inferenceproxy.observe;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.time.Ticker;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The outermost filter: puts the identifier of the call on its answer, counts the calls under way, and hands one report
 * a call to the observers when the call has ended.
 */
public final class ObserveFilter implements ProxyFilter {

    private static final String REQUEST_ID = "X-Request-Id";

    private final List<GuardedObserver> observers;
    private final Ticker ticker;
    private final LongAdder active = new LongAdder();

    public ObserveFilter(List<CallObserver> observers, Ticker ticker) {
        this.observers = observers.stream().map(GuardedObserver::new).toList();
        this.ticker = ticker;
    }

    /** How many calls have arrived and not ended. */
    public long active() {
        return active.sum();
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        Observation observation = new Observation(call);
        active.increment();
        call.onEnd(observation::ended);
        CompletionStage<ProxyResponse> answer;
        try {
            answer = next.handle(call);
        } catch (RuntimeException | Error surprise) {
            call.trace().failed(surprise);
            throw surprise;
        }
        return answer.handle(observation::answered);
    }

    /** What is kept of one call until it ends. */
    private final class Observation {
        private final ProxyCall call;
        private int status;

        Observation(ProxyCall call) {
            this.call = call;
        }

        /** The pipeline turns failures into problems further in; one that comes here still gets its report. */
        private ProxyResponse answered(ProxyResponse response, @Nullable Throwable failure) {
            if (failure != null) {
                call.trace().failed(failure);
                throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
            }
            status = response.status();
            return response.withHeader(REQUEST_ID, call.id());
        }

        private void ended(CallEnd end) {
            active.decrement();
            CallReport report = CallReport.of(call, ticker.now(), status, end);
            for (GuardedObserver observer : observers) {
                observer.onCall(report);
            }
        }
    }
}
