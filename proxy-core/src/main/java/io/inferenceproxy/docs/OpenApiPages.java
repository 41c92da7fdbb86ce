package io.inferenceproxy.docs;

import java.util.List;
import java.util.concurrent.Executor;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The OpenAPI document, as JSON and as YAML, each written once. */
public final class OpenApiPages {

    /** Where the document is as JSON. */
    public static final String JSON_PATH = "/openapi.json";

    /** Where the document is as YAML. */
    public static final String YAML_PATH = "/openapi.yaml";

    private OpenApiPages() {}

    /**
     * The document in both forms; none when the documentation is switched off.
     *
     * @param workers where it is written
     */
    public static List<Page> of(PageOptions docs, ApiDescription api, Executor workers) {
        if (!docs.enabled()) {
            return List.of();
        }
        return List.of(
                new Page(JSON_PATH, new LateAnswer(workers, () -> FixedAnswer.of("application/json", json(api)))),
                new Page(YAML_PATH, new LateAnswer(workers, () -> FixedAnswer.of("application/yaml", yaml(api)))));
    }

    private static String json(ApiDescription api) {
        return JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(OpenApiDocument.of(api));
    }

    private static String yaml(ApiDescription api) {
        return YAMLMapper.builder()
                .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                .disable(YAMLWriteFeature.SPLIT_LINES)
                .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build()
                .writeValueAsString(OpenApiDocument.of(api));
    }
}
