package io.inferenceproxy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.problem.ProblemType;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class OpenApiDocumentTest {

    private static final List<Page> PAGES = OpenApiPages.of(PageOptions.at("/docs"), Apis.whole(), Runnable::run);

    @ParameterizedTest
    @ValueSource(strings = {OpenApiPages.JSON_PATH, OpenApiPages.YAML_PATH})
    void anIndependentReaderUnderstandsItWithoutAWord(String path) {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        SwaggerParseResult result =
                new OpenAPIV3Parser().readContents(Visit.of(PAGES, path).text(), List.of(), options);

        assertThat(result.getMessages()).isNullOrEmpty();
        assertThat(result.getOpenAPI().getOpenapi()).isEqualTo("3.1.2");
        assertThat(result.getOpenAPI().getInfo().getTitle()).isEqualTo("Triage");
        assertThat(result.getOpenAPI().getPaths())
                .extractingByKey("/api/inference/{path}")
                .extracting(item -> item.getPost().getRequestBody().getContent().keySet())
                .isEqualTo(Set.of("application/json"));
        assertThat(result.getOpenAPI().getComponents().getSecuritySchemes())
                .extractingByKey("bearer")
                .extracting(SecurityScheme::getBearerFormat)
                .isEqualTo("JWT");
    }

    @Test
    void theYamlSaysWhatTheJsonSays() {
        JsonNode json =
                Apis.JSON.readTree(Visit.of(PAGES, OpenApiPages.JSON_PATH).text());

        JsonNode yaml = YAMLMapper.builder()
                .build()
                .readTree(Visit.of(PAGES, OpenApiPages.YAML_PATH).text());

        assertThat(yaml).isEqualTo(json);
        assertThat(Visit.of(PAGES, OpenApiPages.YAML_PATH).header("Content-Type"))
                .isEqualTo("application/yaml");
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        ObjectNode document = OpenApiDocument.of(Apis.whole());

        assertThat(references(document))
                .hasSizeGreaterThan(100)
                .allMatch(reference -> !document.at(JsonPointer.compile(reference.substring(1)))
                        .isMissingNode());
    }

    @Test
    void everyProblemOfARouteStandsUnderItsStatusWithAnExample() {
        ObjectNode document = OpenApiDocument.of(Apis.whole());
        Set<ProblemType> expected = EnumSet.allOf(ProblemType.class);
        expected.removeAll(EnumSet.of(
                ProblemType.NOT_FOUND,
                ProblemType.METHOD_NOT_ALLOWED,
                ProblemType.NOT_PERMITTED,
                ProblemType.CONFLICT,
                ProblemType.PRECONDITION_FAILED,
                ProblemType.PRECONDITION_REQUIRED,
                ProblemType.TOO_MANY_IN_FLIGHT));

        JsonNode responses = document.at("/paths/~1api~1inference/post/responses");

        List<String> slugs = new ArrayList<>();
        responses
                .properties()
                .forEach(response -> resolved(document, response.getValue())
                        .path("content")
                        .path("application/problem+json")
                        .path("examples")
                        .properties()
                        .forEach(example -> {
                            JsonNode value =
                                    resolved(document, example.getValue()).path("value");
                            assertThat(value.path("status").asString()).isEqualTo(response.getKey());
                            assertThat(value.path("type").asString())
                                    .isEqualTo("https://api.example/problems/" + example.getKey());
                            slugs.add(example.getKey());
                        }));
        assertThat(slugs)
                .containsExactlyInAnyOrderElementsOf(
                        expected.stream().map(ProblemType::slug).toList());
    }

    @Test
    void anOpenAiRouteAnswersInItsOwnStyleExceptWhereNoRouteIsKnownYet() {
        ObjectNode document = OpenApiDocument.of(Apis.whole());

        JsonNode content = resolved(document, document.at("/paths/~1v1~1chat~1completions/post/responses/400"))
                .path("content");

        assertThat(content.at("/application~1json/examples").propertyNames())
                .containsExactly("malformed-json", "conflicting-credentials");
        assertThat(content.at("/application~1problem+json/examples").propertyNames())
                .containsExactly("malformed-request");
        assertThat(document.at("/components/examples/rate-limited.openai/value/error/type")
                        .asString())
                .isEqualTo("rate_limit_error");
        assertThat(document.at("/components/examples/upstream-timeout.oip/value/error")
                        .isString())
                .isTrue();
    }

    @Test
    void allAnswersToLimitedCallsHaveTheFieldsOfTheLimitsButThoseBeforeAuthentication() {
        ObjectNode document = OpenApiDocument.of(Apis.whole());

        JsonNode responses = document.at("/paths/~1api~1inference/post/responses");

        responses.properties().forEach(response -> {
            Set<String> fields = Set.copyOf(
                    resolved(document, response.getValue()).path("headers").propertyNames());
            assertThat(fields).contains("X-Request-Id");
            assertThat(fields.contains("RateLimit"))
                    .isEqualTo(!response.getKey().equals("401"));
            assertThat(fields.contains("X-RateLimit-Reset"))
                    .isEqualTo(!response.getKey().equals("401"));
        });
        assertThat(resolved(document, responses.path("429")).path("headers").has("Retry-After"))
                .isTrue();
        assertThat(resolved(document, responses.path("401")).path("headers").has("WWW-Authenticate"))
                .isTrue();
        assertThat(document.at("/paths/~1status/get/responses/200/headers").propertyNames())
                .containsExactly("X-Request-Id");
    }

    @Test
    void aRouteForAllMethodsAndAllPathsBelowHasAnOperationForEach() {
        ObjectNode document = OpenApiDocument.of(Apis.whole());

        assertThat(document.at("/paths/~1raw").propertyNames())
                .containsExactly("get", "head", "post", "put", "patch", "delete", "options");
        assertThat(document.at("/paths/~1raw~1{path}/put/operationId").asString())
                .isEqualTo("passthrough-put-below");
        assertThat(document.at("/paths/~1raw~1{path}/put/parameters/0/name").asString())
                .isEqualTo("path");
        assertThat(document.at("/paths/~1raw/get").has("requestBody")).isFalse();
    }

    @Test
    void whatOpenApiCannotSayIsStillTold() {
        ObjectNode document = OpenApiDocument.of(Apis.whole());

        assertThat(document.at("/paths/~1status/x-other-methods/0").asString()).isEqualTo("PURGE");
        assertThat(document.path("paths").has("/api/patients/%7Bodd%7D")).isTrue();
    }

    @Test
    void routesOnOnePathAreTwoOperationsOfIt() {
        ObjectNode document = OpenApiDocument.of(Apis.whole());

        assertThat(document.at("/paths/~1v2~1models/post/operationId").asString())
                .isEqualTo("infer");
        assertThat(document.at("/paths/~1v2~1models/get/operationId").asString())
                .isEqualTo("models");
    }

    @Test
    void theMoreSpecificRouteKeepsItsPlace() {
        ObjectNode document = OpenApiDocument.of(Apis.of(
                Operation.forwarded("first", Set.of("POST"), "/a", false),
                Operation.forwarded("second", Set.of(), "/a", true)));

        assertThat(document.at("/paths/~1a/post/operationId").asString()).isEqualTo("first");
        assertThat(document.at("/paths/~1a/get/operationId").asString()).isEqualTo("second-get");
    }

    @Test
    void signingInIsAskedOfThoseWhoMustAndRolesAreNamed() {
        ObjectNode document = OpenApiDocument.of(Apis.whole());

        assertThat(document.at("/paths/~1api~1patients~1%7Bodd%7D/get/security"))
                .isEqualTo(Apis.json("[{'bearer': ['researcher', 'patients:read']}]"));
        assertThat(document.at("/paths/~1api~1me/get/security")).isEqualTo(Apis.json("[{'bearer': []}]"));
        assertThat(document.at("/paths/~1api~1login/post/security")).isEqualTo(Apis.json("[]"));
        assertThat(document.at("/paths/~1status/get/security")).isEqualTo(Apis.json("[]"));
    }

    @Test
    void aProxyWithoutABaseUrlIsWhereTheDocumentIs() {
        ObjectNode document = OpenApiDocument.of(new ApiDescription("API", "1", "", "/problems/", false, List.of()));

        assertThat(document.at("/servers/0/url").asString()).isEqualTo("/");
    }

    @Test
    void aSchemaOfTheBooleanKindIsTakenAsItIs() {
        ObjectNode document = OpenApiDocument.of(Apis.of(
                Operation.forwarded("any", Set.of("POST"), "/any", false).withSchema(Optional.of(Apis.json("true")))));

        assertThat(document.at("/components/schemas/any-request").asBoolean()).isTrue();
    }

    private static JsonNode resolved(JsonNode document, JsonNode node) {
        return node.has("$ref")
                ? document.at(JsonPointer.compile(node.path("$ref").asString().substring(1)))
                : node;
    }

    private static List<String> references(JsonNode node) {
        List<String> references = new ArrayList<>();
        if (node.path("$ref").isString()) {
            references.add(node.path("$ref").asString());
        }
        node.forEach(child -> references.addAll(references(child)));
        return references;
    }

    @Test
    void offersApiKeysInPlaceOfTokensWhereTheyAreTaken() {
        ObjectNode document = OpenApiDocument.of(
                new ApiDescription("API", "1", "", "/problems/", true, List.of(Operation.me("/api/me"))));

        assertThat(document.at("/paths/~1api~1me/get/security"))
                .isEqualTo(Apis.json("[{'bearer': []}, {'apiKey': []}]"));
        assertThat(document.at("/components/securitySchemes/apiKey/name").stringValue())
                .isEqualTo("X-API-Key");
        assertThat(OpenApiDocument.of(Apis.whole())
                        .at("/components/securitySchemes")
                        .has("apiKey"))
                .isFalse();
    }
}
