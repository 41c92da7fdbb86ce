package io.inferenceproxy.upstream;

import io.inferenceproxy.call.CallTrace.Mark;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.time.Scheduler.Scheduled;
import io.inferenceproxy.units.Durations;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way to an upstream: waits for a place, tries the addresses, gives the place back.
 *
 * <p>Everything happens on the I/O thread of the call, so nothing here is shared; only the wish to leave the queue and the
 * news of a place come from elsewhere, and both go over to that thread first.
 */
final class UpstreamExchange implements InFlightLimit.Waiter {

    /** For a client that has left: nobody reads it, so it is no problem and no failure. */
    private static final int CLIENT_LEFT = 499;

    private final UpstreamHandler handler;
    private final UpstreamGroup group;
    private final ProxyCall call;
    private final CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
    private int tried;
    private int turn;
    private boolean holding;
    private @Nullable Scheduled patience;

    UpstreamExchange(UpstreamHandler handler, ProxyCall call) {
        this.handler = handler;
        this.group = handler.group();
        this.call = call;
    }

    CompletionStage<ProxyResponse> start() {
        call.onInterrupt(this::interrupted);
        if (group.limit().tryAcquire()) {
            proceed();
        } else {
            patience = call.io().schedule(group.options().queueTimeout(), this::outOfPatience);
            if (group.limit().tryEnqueue(this)) {
                call.cancellation().onCancel(this::leave);
            } else {
                stopWaiting();
                refuse(UpstreamProblems.overloaded(
                        group.name() + ": " + group.options().maxQueued() + " calls wait already"));
            }
        }
        return answer;
    }

    @Override
    public void onPlace() {
        call.io().execute(this::proceed);
    }

    /** Has the place from here on, and gives it back when the call ends, which may have happened. */
    private void proceed() {
        stopWaiting();
        holding = true;
        call.onEnd(end -> release());
        if (answer.isDone() || call.cancellation().isCancelled()) {
            abandon();
            return;
        }
        turn = group.nextTurn();
        call.trace().mark(Mark.UPSTREAM_SENT);
        tryNext();
    }

    private void tryNext() {
        UpstreamAddress address =
                group.addresses().get((turn + tried) % group.addresses().size());
        tried++;
        call.trace().upstream(address.toString());
        CompletionStage<ProxyResponse> exchange;
        try {
            exchange = handler.exchange(call, address);
        } catch (RuntimeException | Error surprise) {
            failed(address, surprise);
            return;
        }
        exchange.whenComplete((response, failure) -> {
            if (failure == null) {
                answered(response);
            } else {
                failed(address, failure);
            }
        });
    }

    private void answered(ProxyResponse response) {
        if (answer.isDone()) {
            response.body().cancel();
            return;
        }
        call.clearInterrupt();
        call.trace().upstreamStatus(response.status());
        call.trace().mark(Mark.UPSTREAM_ANSWERED);
        answer.complete(
                EventStreamBody.endingInOrder(response, call).withHeaders(FieldRules.downstream(response.headers())));
    }

    private void failed(UpstreamAddress address, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (answer.isDone() || call.cancellation().isCancelled()) {
            abandon();
        } else if (!(cause instanceof UpstreamFailure known)) {
            release();
            call.clearInterrupt();
            answer.completeExceptionally(cause);
        } else if (known.kind().nothingSent() && tried < group.addresses().size()) {
            tryNext();
        } else {
            release();
            refuse(UpstreamProblems.of(known, address.toString()));
        }
    }

    /** On the thread that cancels. */
    private void leave() {
        if (group.limit().tryLeave(this)) {
            call.io().execute(this::abandon);
        }
    }

    private void outOfPatience() {
        if (group.limit().tryLeave(this)) {
            refuse(UpstreamProblems.overloaded(group.name() + ": waited "
                    + Durations.format(group.options().queueTimeout()) + " for its turn"));
        }
    }

    private void interrupted() {
        group.limit().tryLeave(this);
        stopWaiting();
        refuse(UpstreamProblems.draining());
        call.cancellation().cancel();
    }

    private void refuse(Problem problem) {
        call.clearInterrupt();
        answer.complete(problem.toResponse(call));
    }

    private void abandon() {
        stopWaiting();
        release();
        call.clearInterrupt();
        answer.complete(ProxyResponse.empty(CLIENT_LEFT).withClosing(true));
    }

    private void stopWaiting() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }

    private void release() {
        if (holding) {
            holding = false;
            group.limit().release();
        }
    }
}
