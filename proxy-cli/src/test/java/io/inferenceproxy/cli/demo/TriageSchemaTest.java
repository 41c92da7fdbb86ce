package io.inferenceproxy.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TriageSchemaTest {
    private static final TriageModel MODEL = TriageModel.bundled();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(TriageSchema.text());
    private static final QueryReader READER = new QueryReader(MODEL);

    @Test
    void theSymptomsOfTheSchemaAreThoseThatTheModelKnows() {
        JsonNode symptoms = Json.MAPPER.readTree(TriageSchema.text()).at("/$defs/symptom/enum");

        assertThat(symptoms.valueStream().map(JsonNode::stringValue)).containsExactlyElementsOf(MODEL.symptoms());
    }

    @Test
    void theExamplesAreAllowed() {
        JsonNode examples = Json.MAPPER.readTree(TriageSchema.text()).path("examples");

        assertThat(examples.get(0).toString()).isEqualTo(TriageSchema.EXAMPLE);
        assertThat(examples.valueStream())
                .hasSize(2)
                .allSatisfy(example -> assertThat(errors(example.toString())).isEmpty());
    }

    static List<String> good() {
        return List.of(
                "{\"symptoms\":[\"fever\"]}",
                "{\"symptoms\":[\"fever\"],\"age\":0,\"top\":1}",
                "{\"symptoms\":[\"fever\"],\"age\":130,\"top\":10}",
                "{\"symptoms\":[\"fever\"],\"age\":34.0}",
                "[{\"symptoms\":[\"fever\"]}]",
                symptoms(20),
                queries(32));
    }

    @ParameterizedTest
    @MethodSource("good")
    void whatTheSchemaAllowsTheServerTakes(String body) {
        assertThat(errors(body)).isEmpty();
        assertThat(READER.read(body.getBytes(StandardCharsets.UTF_8))).isNotInstanceOf(QueryReading.Refused.class);
    }

    static List<String> bad() {
        return List.of(
                "null",
                "7",
                "\"fever\"",
                "[]",
                "[7]",
                "[[]]",
                "{}",
                "{\"symptoms\":null}",
                "{\"symptoms\":\"fever\"}",
                "{\"symptoms\":[]}",
                "{\"symptoms\":[7]}",
                "{\"symptoms\":[\"feverr\"]}",
                "{\"symptoms\":[\"fever\",\"fever\"]}",
                "{\"symptoms\":[\"fever\"],\"age\":-1}",
                "{\"symptoms\":[\"fever\"],\"age\":131}",
                "{\"symptoms\":[\"fever\"],\"age\":1.5}",
                "{\"symptoms\":[\"fever\"],\"age\":\"34\"}",
                "{\"symptoms\":[\"fever\"],\"age\":null}",
                "{\"symptoms\":[\"fever\"],\"age\":99999999999999999999}",
                "{\"symptoms\":[\"fever\"],\"age\":1e400}",
                "{\"symptoms\":[\"fever\"],\"top\":0}",
                "{\"symptoms\":[\"fever\"],\"top\":11}",
                "{\"symptoms\":[\"fever\"],\"name\":\"x\"}",
                "[{\"symptoms\":[\"fever\"]},{}]",
                symptoms(21),
                queries(33));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatTheSchemaForbidsTheServerRefusesToo(String body) {
        assertThat(errors(body)).isNotEmpty();
        assertThat(READER.read(body.getBytes(StandardCharsets.UTF_8))).isInstanceOf(QueryReading.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"symptoms\":[\"feverr\"]}", "[{\"symptoms\":[\"fever\"],\"age\":131}]", "{}"})
    void oneMistakeIsReportedOnce(String body) {
        assertThat(errors(body)).hasSize(1);
    }

    private static List<String> errors(String body) {
        return SCHEMA.validate(body, InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }

    private static String symptoms(int count) {
        return MODEL.symptoms().stream()
                .limit(count)
                .map(name -> "\"" + name + "\"")
                .collect(Collectors.joining(",", "{\"symptoms\":[", "]}"));
    }

    private static String queries(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"symptoms\":[\"fever\"]}")
                .collect(Collectors.joining(",", "[", "]"));
    }
}
