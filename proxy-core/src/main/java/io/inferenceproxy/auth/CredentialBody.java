package io.inferenceproxy.auth;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.MediaType;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.problem.RoomFilter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** The small JSON content of the endpoints that take credentials: gathered within bounds, and refused in the usual forms. */
final class CredentialBody {

    private static final int MOST = 4 << 10;

    private CredentialBody() {}

    /** Gathers the content and hands it on, or answers what is wrong with it. */
    static CompletionStage<ProxyResponse> read(
            ProxyCall call, BufferAccount buffers, Function<byte[], CompletionStage<ProxyResponse>> next) {
        Headers headers = call.request().headers();
        boolean json = headers.first("Content-Type")
                .map(MediaType::parse)
                .filter(MediaType::isJson)
                .isPresent();
        if (!json || headers.contains("Content-Encoding")) {
            return Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE).toAnswer(call);
        }
        BodyCollector collector = BodyCollector.of(call.request().body(), MOST, buffers);
        call.onEnd(end -> collector.release());
        return collector
                .collect()
                .handle((body, failure) -> failure == null ? next.apply(body) : unread(call, buffers, failure))
                .thenCompose(answer -> answer);
    }

    private static CompletionStage<ProxyResponse> unread(ProxyCall call, BufferAccount buffers, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BodyCollector.NoRoom) {
            return RoomFilter.noRoom(buffers).toAnswer(call);
        }
        return cause instanceof BodyCollector.TooLarge
                ? Problem.of(ProblemType.BODY_TOO_LARGE, "The body has more than 4KB, which is the limit here.")
                        .toAnswer(call)
                : CompletableFuture.failedFuture(cause);
    }

    /** The content as JSON. */
    static JsonNode json(byte[] body) throws Unreadable {
        try {
            return StrictJson.read(body);
        } catch (StrictJson.Malformed malformed) {
            throw new Unreadable(Problem.of(
                            ProblemType.MALFORMED_JSON,
                            "The body is " + malformed.getMessage() + ": line " + malformed.line() + ", column "
                                    + malformed.column() + ".")
                    .withMember("line", malformed.line())
                    .withMember("column", malformed.column()));
        }
    }

    static Unreadable unreadable(String detail) {
        return new Unreadable(Problem.of(ProblemType.MALFORMED_REQUEST, detail));
    }

    /** The content says nothing that can be tried. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        Unreadable(Problem problem) {
            super(problem.type().slug(), null, false, false);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }
}
