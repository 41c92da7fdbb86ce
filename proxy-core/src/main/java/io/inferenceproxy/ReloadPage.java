package io.inferenceproxy;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the configuration anew when an operator asks for it, and tells what came of it; what is wrong with it is a conflict. */
final class ReloadPage implements ProxyHandler {

    private static final Duration BUSY = Duration.ofSeconds(1);

    private final Supplier<ReloadReport> reload;
    private final Executor workers;
    private final AtomicBoolean busy = new AtomicBoolean();

    /**
     * @param reload does it; blocks
     */
    ReloadPage(Supplier<ReloadReport> reload, Executor workers) {
        this.reload = reload;
        this.workers = workers;
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        if (!busy.compareAndSet(false, true)) { // each would hold a worker
            return Problem.of(ProblemType.CONFLICT, "The configuration is being read.")
                    .withRetryAfter(BUSY)
                    .toAnswer(call);
        }
        try {
            workers.execute(() -> reload(call, answer));
        } catch (RejectedExecutionException full) {
            busy.set(false);
            return Problem.of(ProblemType.OVERLOADED)
                    .withReason("no room to read the configuration")
                    .withRetryAfter(BUSY)
                    .toAnswer(call);
        }
        return answer;
    }

    /** On a worker. */
    private void reload(ProxyCall call, CompletableFuture<ProxyResponse> answer) {
        try {
            ReloadReport report = reload.get();
            call.io().execute(() -> answer.complete(ProxyResponse.text(200, "application/json", json(report) + "\n")));
        } catch (IllegalArgumentException wrong) {
            Problem problem = Problem.of(
                    ProblemType.CONFLICT,
                    "The configuration is not in force, the one before goes on holding: " + wrong.getMessage());
            call.io().execute(() -> problem.toAnswer(call).thenAccept(answer::complete));
        } catch (RuntimeException | Error surprise) {
            call.io().execute(() -> answer.completeExceptionally(surprise));
        } finally {
            busy.set(false);
        }
    }

    private static ObjectNode json(ReloadReport report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        put(json, "changed", report.changed());
        put(json, "forgotten", report.forgotten());
        put(json, "needsRestart", report.needsRestart());
        return json;
    }

    private static void put(ObjectNode json, String name, List<String> keys) {
        keys.forEach(json.putArray(name)::add);
    }
}
