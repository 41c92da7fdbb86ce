package io.inferenceproxy.problem;

import static io.inferenceproxy.problem.JsonText.ascii;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a problem is written in each dialect. What all occurrences of a type have in common is ready from the start, because
 * to refuse must cost less than to admit.
 */
public final class ProblemRendering {

    private static final Headers PROBLEM_FIELDS =
            Headers.of("Content-Type", "application/problem+json", "Cache-Control", "no-store");
    private static final Headers JSON_FIELDS =
            Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");

    private static final byte[] TYPE = ascii("{\"type\":\"");
    private static final byte[] INSTANCE = ascii("\",\"instance\":\"urn:request:");
    private static final byte[] REQUEST_ID = ascii("\",\"requestId\":\"");
    private static final byte[] OPENAI = ascii("{\"error\":{\"message\":\"");
    private static final byte[] OIP = ascii("{\"error\":\"");
    private static final byte[] OIP_END = ascii("\"}");
    private static final Ready[] READY = new Ready[ProblemType.values().length];

    static {
        for (ProblemType type : ProblemType.values()) {
            READY[type.ordinal()] = new Ready(type);
        }
    }

    private ProblemRendering() {}

    static ProxyResponse response(Problem problem, ProxyCall call) {
        Headers fields = call.style() == ApiStyle.NATIVE ? PROBLEM_FIELDS : JSON_FIELDS;
        return new ProxyResponse(
                problem.type().status(),
                fields.overlaidWith(problem.headers()),
                Body.of(bytes(problem, call.style(), call.problemBase(), call.id())),
                problem.closing());
    }

    /** The problem as one line of JSON, in the style of the call's route. */
    public static String json(Problem problem, ProxyCall call) {
        return new String(bytes(problem, call.style(), call.problemBase(), call.id()), StandardCharsets.UTF_8);
    }

    /** The problem as a tree, in a style; also for examples, when there is no call. */
    public static ObjectNode tree(Problem problem, ApiStyle style, String problemBase, String id) {
        return (ObjectNode) JsonMapper.shared().readTree(bytes(problem, style, problemBase, id));
    }

    private static byte[] bytes(Problem problem, ApiStyle style, String problemBase, String id) {
        JsonText json = JsonText.begin();
        Ready ready = READY[problem.type().ordinal()];
        switch (style) {
            case NATIVE -> {
                json.ready(TYPE).escaped(problemBase).ready(ready.type);
                detail(json, problem, ready)
                        .ready(INSTANCE)
                        .escaped(id)
                        .ready(REQUEST_ID)
                        .escaped(id);
                json.ready(ready.code);
                for (Problem.Member member : problem.members()) {
                    json.mark(',').member(member.name(), member.value());
                }
                json.mark('}');
            }
            case OPENAI -> detail(json.ready(OPENAI), problem, ready).ready(ready.openAi);
            case OIP -> detail(json.ready(OIP), problem, ready).ready(OIP_END);
        }
        return json.taken();
    }

    private static JsonText detail(JsonText json, Problem problem, Ready ready) {
        return problem.detail().equals(problem.type().meaning())
                ? json.ready(ready.meaning)
                : json.escaped(problem.detail());
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

    /** What all problems of a type have in common. */
    private static final class Ready {

        /** From the slug in {@code type} to where the detail begins. */
        private final byte[] type;

        /** The usual detail. */
        private final byte[] meaning;

        /** From behind the request's identifier to behind the slug in {@code code}. */
        private final byte[] code;

        /** In that dialect, all that stands behind the detail. */
        private final byte[] openAi;

        Ready(ProblemType type) {
            String slug = type.slug();
            this.type = JsonText.begin()
                    .escaped(slug)
                    .ready(ascii("\",\"title\":\""))
                    .escaped(type.title())
                    .ready(ascii("\",\"status\":" + type.status() + ",\"detail\":\""))
                    .taken();
            this.meaning = JsonText.begin().escaped(type.meaning()).taken();
            this.code = ascii("\",\"code\":\"" + slug + "\"");
            this.openAi = ascii("\",\"type\":\"" + openAiType(type) + "\",\"param\":null,\"code\":\"" + slug + "\"}}");
        }
    }
}
