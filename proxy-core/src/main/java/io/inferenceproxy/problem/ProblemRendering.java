package io.inferenceproxy.problem;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How a problem is written in each dialect. */
public final class ProblemRendering {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Headers PROBLEM_FIELDS =
            Headers.of("Content-Type", "application/problem+json", "Cache-Control", "no-store");
    private static final Headers JSON_FIELDS =
            Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");

    private ProblemRendering() {}

    static ProxyResponse response(Problem problem, ProxyCall call) {
        Headers fields = call.style() == ApiStyle.NATIVE ? PROBLEM_FIELDS : JSON_FIELDS;
        return new ProxyResponse(
                problem.type().status(),
                fields.overlaidWith(problem.headers()),
                Body.of(json(problem, call).getBytes(StandardCharsets.UTF_8)),
                problem.closing());
    }

    /** The problem as one line of JSON, in the style of the call's route. */
    public static String json(Problem problem, ProxyCall call) {
        return JSON.writeValueAsString(tree(problem, call.style(), call.problemBase(), call.id()));
    }

    /** The problem as a tree, in a style; also for examples, when there is no call. */
    public static ObjectNode tree(Problem problem, ApiStyle style, String problemBase, String id) {
        return switch (style) {
            case NATIVE -> problemDetails(problem, problemBase, id);
            case OPENAI -> openAi(problem);
            case OIP -> JsonNodeFactory.instance.objectNode().put("error", problem.detail());
        };
    }

    private static ObjectNode problemDetails(Problem problem, String problemBase, String id) {
        ProblemType type = problem.type();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("type", problemBase + type.slug())
                .put("title", type.title())
                .put("status", type.status())
                .put("detail", problem.detail())
                .put("instance", "urn:request:" + id)
                .put("requestId", id)
                .put("code", type.slug());
        problem.members().forEach(member -> json.set(member.name(), member.value()));
        return json;
    }

    private static ObjectNode openAi(Problem problem) {
        ObjectNode error = JsonNodeFactory.instance
                .objectNode()
                .put("message", problem.detail())
                .put("type", openAiType(problem.type()))
                .putNull("param")
                .put("code", problem.type().slug());
        return JsonNodeFactory.instance.objectNode().set("error", error);
    }

    /** The words that clients of that API switch on. */
    private static String openAiType(ProblemType type) {
        return switch (type.status()) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> type.status() < 500 ? "invalid_request_error" : "server_error";
        };
    }
}
