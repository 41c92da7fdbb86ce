package io.inferenceproxy.auth;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import java.time.Instant;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells a caller who they are to the proxy and what is left of their limits. It stands behind {@link AuthenticateFilter}
 * and charges nothing.
 *
 * <p>{@code {"subject", "issuer", "roles": [], "scopes": [], "expiresAt": "2026-01-01T00:00:00Z" or null, "limits"}}
 */
public final class MeHandler implements ProxyHandler {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Headers FIELDS = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");

    private final Function<ProxyCall, ? extends CompletionStage<? extends JsonNode>> limits;

    /**
     * @param limits what is left of the caller's limits, without charging them
     */
    public MeHandler(Function<ProxyCall, ? extends CompletionStage<? extends JsonNode>> limits) {
        this.limits = limits;
    }

    @Override
    public CompletionStage<ProxyResponse> handle(ProxyCall call) {
        if (!(call.caller() instanceof Caller.Identified caller)) {
            return Problem.of(ProblemType.MISSING_CREDENTIALS)
                    .withHeader("WWW-Authenticate", AuthenticateFilter.CHALLENGE)
                    .toAnswer(call);
        }
        ObjectNode me = JsonNodeFactory.instance
                .objectNode()
                .put("subject", caller.subject())
                .put("issuer", caller.issuer());
        ArrayNode roles = me.putArray("roles");
        new TreeSet<>(caller.roles()).forEach(roles::add);
        ArrayNode scopes = me.putArray("scopes");
        new TreeSet<>(caller.scopes()).forEach(scopes::add);
        if (caller.expiry().equals(Instant.MAX)) {
            me.putNull("expiresAt");
        } else {
            me.put("expiresAt", caller.expiry().toString());
        }
        return limits.apply(call).thenApply(windows -> {
            me.set("limits", windows);
            return ProxyResponse.of(200, FIELDS, Body.of(JSON.writeValueAsBytes(me)));
        });
    }
}
