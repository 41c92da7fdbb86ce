package io.inferenceproxy.problem;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BodyBrokenOff;
import io.inferenceproxy.http.BodyTimeout;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The one place where a surprise becomes a problem; its message and class never reach the client. Then, be it an answer or
 * that problem, what was registered by {@link ProxyCall#onAnswer} is done to it.
 */
public final class RecoverFilter implements ProxyFilter {

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        CompletionStage<ProxyResponse> answer;
        try {
            answer = next.handle(call);
        } catch (RuntimeException | Error surprise) {
            return CompletableFuture.completedFuture(changed(call, recovered(call, surprise)));
        }
        return answer.handle(
                (response, surprise) -> changed(call, surprise == null ? response : recovered(call, surprise)));
    }

    private static ProxyResponse changed(ProxyCall call, ProxyResponse answer) {
        try {
            return call.changed(answer);
        } catch (RuntimeException | Error surprise) {
            answer.body().cancel();
            return changed(call, recovered(call, surprise)); // with what is left: no change is tried twice
        }
    }

    /** In the style of the route that the call took further in, which only the trace knows out here. */
    private static ProxyResponse recovered(ProxyCall call, Throwable surprise) {
        ProxyCall routed = call.withRoute(call.trace().route(), call.trace().style());
        return problem(call, surprise).toResponse(routed);
    }

    private static Problem problem(ProxyCall call, Throwable surprise) {
        Throwable cause = surprise;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ProblemException known) {
            return known.problem();
        }
        if (cause instanceof BodyTimeout stalled) {
            return unread(ProblemType.REQUEST_TIMEOUT, "The body of the request stalled.", stalled);
        }
        if (cause instanceof BodyBrokenOff brokenOff) {
            return unread(ProblemType.MALFORMED_REQUEST, "The body of the request broke off.", brokenOff);
        }
        call.trace().failed(cause);
        return Problem.of(ProblemType.INTERNAL_ERROR)
                .withReason(cause.getClass().getName())
                .withClosing();
    }

    /** The client's doing, and no surprise: whoever gathered the body had no way to tell. */
    private static Problem unread(ProblemType type, String detail, Throwable cause) {
        return Problem.of(type, detail)
                .withReason(String.valueOf(cause.getMessage()))
                .withClosing();
    }
}
