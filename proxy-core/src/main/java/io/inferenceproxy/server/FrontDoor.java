package io.inferenceproxy.server;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.call.RequestId;
import io.inferenceproxy.call.TraceParent;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.time.Scheduler;
import io.inferenceproxy.time.Ticker;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Where a server hands its calls to the pipeline.
 *
 * <ol>
 *   <li>A server calls {@link #arrived} for each request, also for one that it could not read, and then exactly one of
 *       {@link #handle} and {@link #refuse}; neither throws, and the stage that they return does not fail.
 *   <li>It ends the call ({@link ProxyCall#end}) when the answer was written or cannot be, and cancels it
 *       ({@link ProxyCall#cancellation()}) as soon as the client is gone.
 *   <li>It reads or cancels the body of every answer.
 * </ol>
 */
public final class FrontDoor {

    private final ProxyHandler pipeline;
    private final ProxyFilter outermost;
    private final ClientAddresses addresses;
    private final Supplier<CallTrace> traces;
    private final String problemBase;

    /**
     * @param pipeline everything but the outermost filter
     * @param outermost what sees every call, also those that the server refuses itself
     */
    public FrontDoor(
            ProxyHandler pipeline,
            ProxyFilter outermost,
            ClientAddresses addresses,
            Ticker ticker,
            String problemBase) {
        this(pipeline, outermost, addresses, () -> new CallTrace(ticker), problemBase);
    }

    /**
     * @param pipeline everything but the outermost filter
     * @param outermost what sees every call, also those that the server refuses itself
     * @param traces makes the trace of a call that arrives
     */
    public FrontDoor(
            ProxyHandler pipeline,
            ProxyFilter outermost,
            ClientAddresses addresses,
            Supplier<CallTrace> traces,
            String problemBase) {
        this.pipeline = outermost.inFrontOf(pipeline);
        this.outermost = outermost;
        this.addresses = addresses;
        this.traces = traces;
        this.problemBase = problemBase;
    }

    /** A call for the request, with the identifier and the trace that the client gave, or new ones. */
    public ProxyCall arrived(ProxyRequest request, Scheduler io) {
        CallTrace trace = traces.get(); // first, since with it the time of the call begins
        Optional<String> parent = request.headers().first("traceparent");
        TraceParent traceParent = parent.isPresent() ? TraceParent.carriedOn(parent.get()) : TraceParent.started();
        return ProxyCall.arrived(
                id(request, traceParent), request, addresses.of(request), traceParent, io, trace, problemBase);
    }

    /** The client's own where it is acceptable, else that of the trace, which is as unique while the call is all there is of it. */
    private static String id(ProxyRequest request, TraceParent traceParent) {
        Optional<String> given = request.headers().first("X-Request-Id");
        if (given.isPresent() && RequestId.isAcceptable(given.get())) {
            return given.get();
        }
        return traceParent.isCarriedOn() ? RequestId.next() : traceParent.traceId();
    }

    /** Handles the call. */
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        return pipeline.handle(call);
    }

    /** Answers a call that the server could not even read. */
    public CompletionStage<ProxyResponse> refuse(ProxyCall call, Problem problem) {
        return outermost.inFrontOf(problem::toAnswer).handle(call);
    }
}
