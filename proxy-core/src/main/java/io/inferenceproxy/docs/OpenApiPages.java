package io.inferenceproxy.docs;

import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The OpenAPI document, written once at the start, as JSON and as YAML. */
public final class OpenApiPages {

    /** Where the document is as JSON. */
    public static final String JSON_PATH = "/openapi.json";

    /** Where the document is as YAML. */
    public static final String YAML_PATH = "/openapi.yaml";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private OpenApiPages() {}

    /** The document in both forms; none when the documentation is switched off. */
    public static List<Page> of(PageOptions docs, ApiDescription api) {
        if (!docs.enabled()) {
            return List.of();
        }
        ObjectNode document = OpenApiDocument.of(api);
        return List.of(
                new Page(JSON_PATH, FixedAnswer.of("application/json", JSON.writeValueAsString(document))),
                new Page(YAML_PATH, FixedAnswer.of("application/yaml", YAML.writeValueAsString(document))));
    }
}
