package io.inferenceproxy.docs;

import io.inferenceproxy.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The header fields of the answers of an operation. */
final class OperationHeaders {

    private static final List<String> LIMITS =
            List.of("RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset");

    private OperationHeaders() {}

    static void describe(ObjectNode response, boolean limited, List<ProblemType> problems) {
        List<String> names = new ArrayList<>(List.of("X-Request-Id"));
        if (limited) {
            names.addAll(LIMITS);
        }
        if (problems.stream().anyMatch(type -> type.status() == 429 || type.status() == 503)) {
            names.add("Retry-After");
        }
        if (problems.stream().anyMatch(type -> type.status() == 401 || type.status() == 403)) {
            names.add("WWW-Authenticate");
        }
        if (problems.stream().anyMatch(type -> type.status() >= 502 && type.status() <= 504)) {
            names.add("Proxy-Status");
        }
        ObjectNode headers = response.putObject("headers");
        names.forEach(name -> headers.putObject(name).put("$ref", "#/components/headers/" + name));
    }
}
