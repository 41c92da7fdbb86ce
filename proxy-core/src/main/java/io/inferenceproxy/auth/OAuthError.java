package io.inferenceproxy.auth;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.ProblemType;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** The errors of {@code POST /oauth2/token}, named and worded as RFC 6749 section 5.2 has them. */
enum OAuthError {
    INVALID_REQUEST(ProblemType.MALFORMED_REQUEST),
    INVALID_CLIENT(ProblemType.INVALID_CREDENTIALS),
    INVALID_GRANT(ProblemType.INVALID_CREDENTIALS),
    UNAUTHORIZED_CLIENT(ProblemType.MALFORMED_REQUEST),
    INVALID_SCOPE(ProblemType.MALFORMED_REQUEST),
    UNSUPPORTED_GRANT_TYPE(ProblemType.MALFORMED_REQUEST);

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Headers FIELDS =
            Headers.of("Content-Type", "application/json", "Cache-Control", "no-store", "Pragma", "no-cache");
    private static final Headers CHALLENGED =
            FIELDS.with("WWW-Authenticate", "Basic realm=\"inference-proxy\", charset=\"UTF-8\"");

    private final ProblemType type;

    OAuthError(ProblemType type) {
        this.type = type;
    }

    /**
     * The answer; the call's trace learns of it.
     *
     * @param description for the client, in ASCII without quotes and backslashes
     * @param reason for the log alone
     */
    ProxyResponse toResponse(ProxyCall call, String description, String reason) {
        call.trace().refused(type.slug(), reason);
        byte[] json = JSON.writeValueAsBytes(JsonNodeFactory.instance
                .objectNode()
                .put("error", name().toLowerCase(Locale.ROOT))
                .put("error_description", description));
        return this == INVALID_CLIENT
                ? ProxyResponse.of(401, CHALLENGED, Body.of(json))
                : ProxyResponse.of(400, FIELDS, Body.of(json));
    }
}
