package io.inferenceproxy.docs;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemRendering;
import io.inferenceproxy.problem.ProblemType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * The problems of the operations as responses of an OpenAPI document, where one response stands for all problems of a
 * status. Equal ones are kept once, in the components, named after what they hold.
 */
final class ProblemResponses {

    private static final String EXAMPLE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final ObjectNode components;
    private final String problemBase;

    ProblemResponses(ObjectNode components, String problemBase) {
        this.components = components;
        this.problemBase = problemBase;
    }

    /** Puts a response for each status that a problem of the operation has. */
    void describe(Operation operation, ObjectNode responses) {
        Map<Integer, List<ProblemType>> byStatus = OperationProblems.of(operation).stream()
                .collect(Collectors.groupingBy(ProblemType::status, TreeMap::new, Collectors.toList()));
        byStatus.forEach((status, problems) -> {
            if (!responses.has(status.toString())) {
                responses
                        .putObject(status.toString())
                        .put("$ref", "#/components/responses/" + component(operation, status, problems));
            }
        });
    }

    private String component(Operation operation, int status, List<ProblemType> problems) {
        boolean limited = operation.limited() && status != 401 && status != 403;
        String name = problems.stream().map(ProblemType::slug).collect(Collectors.joining("."))
                + (operation.style() == ApiStyle.NATIVE ? "" : "." + word(operation.style()))
                + (limited ? ".limited" : "");
        ObjectNode known = (ObjectNode) components.get("responses");
        if (!known.has(name)) {
            ObjectNode response = known.putObject(name);
            response.put(
                    "description",
                    problems.stream()
                            .map(type -> "`" + type.slug() + "`: " + type.meaning())
                            .collect(Collectors.joining("\n\n")));
            OperationHeaders.describe(response, limited, problems);
            problems.forEach(type -> content(response, type, operation.style()));
        }
        return name;
    }

    private void content(ObjectNode response, ProblemType type, ApiStyle routeStyle) {
        ApiStyle style = OperationProblems.OF_HTTP.contains(type) ? ApiStyle.NATIVE : routeStyle;
        String mediaType = style == ApiStyle.NATIVE ? "application/problem+json" : "application/json";
        ObjectNode content = response.withObjectProperty("content").withObjectProperty(mediaType);
        content.withObjectProperty("schema").put("$ref", "#/components/schemas/" + schema(style));
        content.withObjectProperty("examples").putObject(type.slug()).put("$ref", example(type, style));
    }

    private String example(ProblemType type, ApiStyle style) {
        String name = type.slug() + (style == ApiStyle.NATIVE ? "" : "." + word(style));
        ((ObjectNode) components.get("examples"))
                .withObjectProperty(name)
                .put("summary", type.title())
                .set("value", ProblemRendering.tree(Problem.of(type), style, problemBase, EXAMPLE_ID));
        return "#/components/examples/" + name;
    }

    private static String schema(ApiStyle style) {
        return switch (style) {
            case NATIVE -> "Problem";
            case OPENAI -> "OpenAiError";
            case OIP -> "OipError";
        };
    }

    private static String word(ApiStyle style) {
        return style.name().toLowerCase(Locale.ROOT);
    }
}
