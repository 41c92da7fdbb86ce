package io.inferenceproxy.docs;

import io.inferenceproxy.units.Quorum;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI 3.1 document of what the proxy serves as it is configured: its operations with what they take, their
 * answers, and every problem that can occur, in the style of the route.
 */
public final class OpenApiDocument {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> ANY_METHOD = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Set<String> WITH_CONTENT = Set.of("POST", "PUT", "PATCH");
    private static final String BELOW = "{path}";

    private final ApiDescription api;
    private final ObjectNode components = (ObjectNode) JSON.readTree(Resources.bytes("components.json"));
    private final ProblemResponses problems;
    private final Set<String> operationIds = new HashSet<>();

    private OpenApiDocument(ApiDescription api) {
        this.api = api;
        this.problems = new ProblemResponses(components, api.problemBase());
    }

    /** The document as a tree. */
    public static ObjectNode of(ApiDescription api) {
        return new OpenApiDocument(api).document();
    }

    private ObjectNode document() {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("openapi", "3.1.2");
        document.putObject("info")
                .put("title", api.title())
                .put("version", api.version())
                .put(
                        "description",
                        "Sign in, then send the token as `Authorization: Bearer`. Every answer has an `X-Request-Id`; "
                                + "errors that the service itself did not make are problems with a `code`.");
        document.putArray("servers").addObject().put("url", api.baseUrl().isEmpty() ? "/" : api.baseUrl());
        if (!api.apiKeys()) {
            components.withObjectProperty("securitySchemes").remove("apiKey");
        }
        ObjectNode paths = document.putObject("paths");
        for (Operation operation : api.operations()) {
            operation
                    .schema()
                    .ifPresent(schema -> SchemaComponent.embed(
                            schema, requestName(operation), (ObjectNode) components.get("schemas")));
            describe(operation, paths);
        }
        return document.set("components", components);
    }

    private void describe(Operation operation, ObjectNode paths) {
        String path = operation.parameters().isEmpty()
                ? operation.path().replace("{", "%7B").replace("}", "%7D")
                : operation.path();
        describe(operation, path.isEmpty() ? "/" : path, paths);
        if (operation.below()) {
            describe(operation, (path.equals("/") ? "" : path) + "/" + BELOW, paths);
        }
    }

    private void describe(Operation operation, String path, ObjectNode paths) {
        ObjectNode item = paths.withObjectProperty(path);
        for (String method : operation.methods().isEmpty() ? ANY_METHOD : operation.methods()) {
            String key = method.toLowerCase(Locale.ROOT);
            if (!ANY_METHOD.contains(method)) {
                item.withArrayProperty("x-other-methods").add(method);
            } else if (!item.has(key)) {
                describe(operation, method, path, item.putObject(key));
            }
        }
    }

    private void describe(Operation operation, String method, String path, ObjectNode json) {
        json.put("operationId", operationId(operation, method, path)).put("summary", operation.summary());
        json.putArray("tags").add(operation.tag());
        String description = description(operation);
        if (!description.isEmpty()) {
            json.put("description", description);
        }
        parameters(operation, path.endsWith(BELOW), json.putArray("parameters"));
        if (operation.content() != Operation.Content.NONE && WITH_CONTENT.contains(method)) {
            content(operation, json.putObject("requestBody"));
        }
        responses(operation, json.putObject("responses"));
        ArrayNode security = json.putArray("security");
        if (operation.bearer()) {
            ArrayNode asked = security.addObject().putArray("bearer");
            operation.roles().forEach(asked::add);
            operation.scopes().forEach(asked::add);
            if (api.apiKeys()) {
                security.addObject().set("apiKey", asked.deepCopy());
            }
        }
    }

    private String operationId(Operation operation, String method, String path) {
        List<String> words = new ArrayList<>(List.of(operation.name()));
        if (operation.methods().size() != 1) {
            words.add(method.toLowerCase(Locale.ROOT));
        }
        if (path.endsWith(BELOW)) {
            words.add("below");
        }
        String id = String.join("-", words);
        String unique = id;
        for (int i = 2; !operationIds.add(unique); i++) {
            unique = id + "-" + i;
        }
        return unique;
    }

    private static String description(Operation operation) {
        List<String> sentences = new ArrayList<>();
        if (operation.bearer()) {
            sentences.add("For callers who have signed in.");
        }
        if (!operation.roles().isEmpty()) {
            sentences.add(asking("roles", operation.roles(), operation.rolesMatch()));
        }
        if (!operation.scopes().isEmpty()) {
            sentences.add(asking("scopes", operation.scopes(), operation.scopesMatch()));
        }
        if (!operation.claims().isEmpty()) {
            sentences.add("Asks for the claims `" + String.join("`, `", operation.claims()) + "`.");
        }
        if (operation.limited()) {
            sentences.add("Limited to " + String.join(", ", operation.windows()) + ".");
        }
        return String.join(" ", sentences);
    }

    private static String asking(String what, List<String> names, Quorum quorum) {
        return "Asks for " + (quorum == Quorum.ANY ? "one of the " : "the ") + what + " `" + String.join("`, `", names)
                + "`.";
    }

    private static void parameters(Operation operation, boolean below, ArrayNode parameters) {
        operation.parameters().forEach(name -> parameters.addObject().put("$ref", "#/components/parameters/" + name));
        if (below) {
            parameters
                    .addObject()
                    .put("name", "path")
                    .put("in", "path")
                    .put("required", true)
                    .put("description", "What follows in the path; it may have slashes.")
                    .putObject("schema")
                    .put("type", "string");
        }
        parameters.addObject().put("$ref", "#/components/parameters/RequestId");
    }

    private void content(Operation operation, ObjectNode body) {
        boolean json = operation.content() != Operation.Content.ANY;
        ObjectNode schema = body.put("required", json)
                .putObject("content")
                .putObject(mediaType(operation.content()))
                .putObject("schema");
        if (!operation.content().component().isEmpty()) {
            schema.put("$ref", "#/components/schemas/" + operation.content().component());
        } else if (operation.schema().isPresent()) {
            schema.put("$ref", "#/components/schemas/" + requestName(operation));
        }
    }

    private static String mediaType(Operation.Content content) {
        return switch (content) {
            case ANY -> "*/*";
            case CLIENT -> "application/x-www-form-urlencoded";
            default -> "application/json";
        };
    }

    private void responses(Operation operation, ObjectNode responses) {
        for (Answer answer : operation.answers()) {
            ObjectNode response = responses.putObject(answer.status()).put("description", answer.description());
            OperationHeaders.describe(response, operation.limited(), List.of());
            if (!answer.mediaType().isEmpty()) {
                response.putObject("content").putObject(answer.mediaType()).set("schema", answer.schema());
            }
        }
        problems.describe(operation, responses);
    }

    private static String requestName(Operation operation) {
        return SchemaComponent.componentName(operation.name()) + "-request";
    }
}
