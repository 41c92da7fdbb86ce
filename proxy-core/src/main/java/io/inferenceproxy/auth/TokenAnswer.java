package io.inferenceproxy.auth;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the endpoints answer that give tokens. */
final class TokenAnswer {

    private static final Duration BUSY = Duration.ofSeconds(1);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Headers FIELDS =
            Headers.of("Content-Type", "application/json", "Cache-Control", "no-store", "Pragma", "no-cache");

    private TokenAnswer() {}

    static ProxyResponse granted(Sessions.Grant grant) {
        return ProxyResponse.of(
                200,
                FIELDS,
                Body.of(JSON.writeValueAsBytes(JsonNodeFactory.instance
                        .objectNode()
                        .put("accessToken", grant.token().text())
                        .put("tokenType", "Bearer")
                        .put("expiresIn", grant.token().lifetime().toSeconds())
                        .put("refreshToken", grant.refreshToken().reveal()))));
    }

    static ProxyResponse refused(ProxyCall call, String detail, String reason) {
        return Problem.of(ProblemType.INVALID_CREDENTIALS, detail)
                .withReason(reason)
                .withHeader("WWW-Authenticate", AuthenticateFilter.CHALLENGE)
                .toResponse(call);
    }

    static CompletionStage<ProxyResponse> limited(ProxyCall call, String detail, Duration wait, String reason) {
        return Problem.of(ProblemType.RATE_LIMITED, detail)
                .withReason(reason)
                .withRetryAfter(wait)
                .toAnswer(call);
    }

    /** For who comes while the workers have no room, or a store cannot be asked. */
    static Problem busy(String reason) {
        return Problem.of(ProblemType.OVERLOADED).withReason(reason).withRetryAfter(BUSY);
    }
}
