package io.inferenceproxy.validate;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.problem.RoomFilter;
import io.inferenceproxy.units.DataSize;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * JSON content, gathered up to the limit and checked as a whole; the very bytes that came go on. A refusal that the head
 * alone allows leaves the body unread. Where the body breaks off the stage fails with the cause.
 */
final class JsonFilter implements ValidateFilter {

    /** Larger content is checked by the workers: an I/O thread has other calls to serve. */
    private static final int INLINE = 64 << 10;

    private static final byte[] NOTHING = {};
    private static final Duration BUSY = Duration.ofSeconds(1);

    private final DataSize maxBody;
    private final int maxDepth;
    private final Optional<BodySchema> schema;
    private final Executor workers;
    private final BufferAccount buffers;

    JsonFilter(DataSize maxBody, int maxDepth, Optional<BodySchema> schema, Executor workers, BufferAccount buffers) {
        this.workers = workers;
        this.buffers = buffers;
        this.maxBody = maxBody;
        this.maxDepth = maxDepth;
        this.schema = schema;
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        Body body = call.request().body();
        if (body.isEmpty() && !needsContent(call.request().method())) {
            return passed(call, next);
        }
        Optional<String> refusal = JsonMedia.refusal(call.request().headers());
        if (refusal.isPresent()) {
            return Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, refusal.get()).toAnswer(call);
        }
        if (body.length().orElse(0) > maxBody.bytes()) {
            return ValidateFilter.tooLarge(maxBody).toAnswer(call);
        }
        if (schema.isEmpty() && call.io().isCurrentThread()) {
            return new JsonGathering(this, call, next).read(body);
        }
        return whenCollected(call, collector(call).collect(), next);
    }

    /** What collects the body of the call, counted until the call ends. */
    BodyCollector collector(ProxyCall call) {
        BodyCollector collector = BodyCollector.of(call.request().body(), maxBody.bytes(), buffers);
        call.onEnd(end -> collector.release());
        return collector;
    }

    CompletionStage<ProxyResponse> whenCollected(ProxyCall call, CompletionStage<byte[]> collected, ProxyHandler next) {
        return collected
                .handle((bytes, failure) -> failure == null ? checked(call, bytes, next) : unread(call, failure))
                .thenCompose(Function.identity());
    }

    /** Checks what came at once; it goes on as it is. */
    CompletionStage<ProxyResponse> checked(ProxyCall call, CheckedBody content, ProxyHandler next) {
        int size = content.size();
        if (size > maxBody.bytes()) {
            content.cancel();
            return ValidateFilter.tooLarge(maxBody).toAnswer(call);
        }
        if (!buffers.tryReserve(size)) {
            content.cancel();
            return RoomFilter.noRoom(buffers).toAnswer(call);
        }
        PlainJson walk = PlainJson.ofThread();
        byte[] text = walk.room(size);
        content.copyTo(text);
        boolean fine = walk.isFine(size, maxDepth);
        byte[] odd = fine ? NOTHING : Arrays.copyOf(text, size);
        call.onEnd(end -> {
            buffers.release(size);
            content.cancel();
        });
        if (fine) {
            return passed(call.withRequest(call.request().withBody(content)), next);
        }
        content.cancel();
        return judged(call, odd, verdict(odd), next);
    }

    private static boolean needsContent(String method) {
        return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    }

    private CompletionStage<ProxyResponse> unread(ProxyCall call, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BodyCollector.NoRoom) {
            return RoomFilter.noRoom(buffers).toAnswer(call);
        }
        return cause instanceof BodyCollector.TooLarge
                ? ValidateFilter.tooLarge(maxBody).toAnswer(call)
                : CompletableFuture.failedFuture(cause);
    }

    private CompletionStage<ProxyResponse> checked(ProxyCall call, byte[] bytes, ProxyHandler next) {
        if (bytes.length <= INLINE) {
            return judged(call, bytes, verdict(bytes), next);
        }
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        try {
            workers.execute(() -> {
                Optional<Problem> verdict;
                try {
                    verdict = verdict(bytes);
                } catch (RuntimeException | Error surprise) {
                    call.io().execute(() -> answer.completeExceptionally(surprise));
                    return;
                }
                call.io().execute(() -> relay(judged(call, bytes, verdict, next), answer));
            });
        } catch (RejectedExecutionException busy) {
            return Problem.of(ProblemType.OVERLOADED).withRetryAfter(BUSY).toAnswer(call);
        }
        return answer;
    }

    static void relay(CompletionStage<ProxyResponse> from, CompletableFuture<ProxyResponse> to) {
        from.whenComplete((response, failure) -> {
            if (failure == null) {
                to.complete(response);
            } else {
                to.completeExceptionally(failure);
            }
        });
    }

    private Optional<Problem> verdict(byte[] bytes) {
        try {
            if (schema.isEmpty()) {
                if (!PlainJson.isFine(bytes, maxDepth)) {
                    StrictJson.check(bytes, maxDepth);
                }
                return Optional.empty();
            }
            JsonNode content = StrictJson.read(bytes, maxDepth);
            List<SchemaError> errors = schema.get().errors(content, bytes.length);
            return errors.isEmpty() ? Optional.empty() : Optional.of(violation(errors));
        } catch (MalformedJson malformed) {
            return Optional.of(problem(malformed));
        }
    }

    private static CompletionStage<ProxyResponse> judged(
            ProxyCall call, byte[] bytes, Optional<Problem> verdict, ProxyHandler next) {
        return verdict.isPresent()
                ? verdict.get().toAnswer(call)
                : passed(call.withRequest(call.request().withBody(Body.of(bytes))), next);
    }

    private static CompletionStage<ProxyResponse> passed(ProxyCall call, ProxyHandler next) {
        call.trace().mark(CallTrace.Mark.VALIDATED);
        return next.handle(call);
    }

    private static Problem problem(MalformedJson malformed) {
        String place = ": line " + malformed.line() + ", column " + malformed.column();
        return Problem.of(ProblemType.MALFORMED_JSON, malformed.getMessage() + place)
                .withMember("line", malformed.line())
                .withMember("column", malformed.column());
    }

    private static Problem violation(List<SchemaError> errors) {
        ArrayNode members = JsonNodeFactory.instance.arrayNode();
        errors.forEach(
                error -> members.addObject().put("pointer", error.pointer()).put("detail", error.detail()));
        SchemaError first = errors.get(0);
        String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
        return Problem.of(ProblemType.SCHEMA_VIOLATION, first.pointer() + " " + first.detail() + more)
                .withMember("errors", members);
    }
}
