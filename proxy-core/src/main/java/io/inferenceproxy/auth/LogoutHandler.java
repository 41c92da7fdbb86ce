package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Ends what a token belongs to: the token, and when it came from a login, all others that did. It stands behind
 * {@link AuthenticateFilter}, so the token is good. When it has answered, the token is dead on this node.
 */
public final class LogoutHandler implements ProxyHandler {

    private static final Headers FIELDS = Headers.of("Cache-Control", "no-store");

    private final Sessions sessions;
    private final String issuer;
    private final Executor workers;
    private final Auditor auditor;

    /**
     * @param issuer of our own tokens
     * @param workers where the store is written
     * @param auditor learns of it
     */
    public LogoutHandler(Sessions sessions, String issuer, Executor workers, Auditor auditor) {
        this.sessions = sessions;
        this.issuer = issuer;
        this.workers = workers;
        this.auditor = auditor;
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        if (!(BearerCredentials.of(call.request().headers()) instanceof BearerCredentials.Token token)) {
            return Problem.of(ProblemType.NOT_PERMITTED, "An API key is in no session that could end.")
                    .toAnswer(call);
        }
        CompletableFuture<ProxyResponse> answer = new CompletableFuture<>();
        try {
            workers.execute(() -> end(call, token.text(), answer));
        } catch (RejectedExecutionException full) {
            return TokenAnswer.busy("no room to end sessions").toAnswer(call);
        }
        return answer;
    }

    /** On a worker. */
    private void end(ProxyCall call, String token, CompletableFuture<ProxyResponse> answer) {
        try {
            TokenMark mark = TokenMark.of(UnverifiedToken.parse(token), issuer);
            sessions.end(mark);
            auditor.record(AuditEvents.done(call, AuditKind.LOGOUT, mark.subject()));
            ProxyResponse response = ProxyResponse.empty(204).withHeaders(FIELDS);
            call.io().execute(() -> answer.complete(response));
        } catch (StoreException down) {
            ProxyResponse response =
                    TokenAnswer.busy(String.valueOf(down.getMessage())).toResponse(call);
            call.io().execute(() -> answer.complete(response));
        } catch (TokenRefusal | RuntimeException | Error surprise) {
            call.io().execute(() -> answer.completeExceptionally(surprise));
        }
    }
}
