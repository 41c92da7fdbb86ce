package io.inferenceproxy.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodySchemaTest {

    @TempDir
    private Path directory;

    private List<SchemaError> errors(String schema, String content) {
        try {
            Path file = Files.writeString(directory.resolve("request.schema.json"), schema);
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            return BodySchema.load(file).errors(StrictJson.read(bytes, 500), bytes.length);
        } catch (IOException | MalformedJson impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private List<String> lines(String schema, String content) {
        return errors(schema, content).stream()
                .map(error -> error.pointer() + " " + error.detail())
                .toList();
    }

    @Test
    void contentThatFollowsHasNoErrors() {
        String schema = """
                {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}, "n": {"type": "integer"}}}""";

        assertThat(lines(schema, "{\"text\": \"x\", \"n\": 1.0}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"string\"}|1|# must be of type string",
                "{\"type\":[\"string\",\"null\"]}|1|# must be of type [string,null]",
                "{\"required\":[\"text\"]}|{}|# must have the member text",
                "{\"properties\":{\"a\":{}},\"additionalProperties\":false}|{\"b\":1}|#/b is not a member that the schema knows",
                "{\"properties\":{\"a\":{}},\"unevaluatedProperties\":false}|{\"b\":1}|#/b is not a member that the schema knows",
                "{\"enum\":[\"x\",\"y\"]}|\"secret\"|# must be one of [\"x\",\"y\"]",
                "{\"const\":42}|\"secret\"|# must be 42",
                "{\"minimum\":3}|2|# must be at least 3",
                "{\"maximum\":3}|4.5|# must be at most 3",
                "{\"exclusiveMinimum\":3}|3|# must be more than 3",
                "{\"exclusiveMaximum\":3}|3|# must be less than 3",
                "{\"multipleOf\":0.01}|0.015|# must be a multiple of 0.01",
                "{\"minLength\":3}|\"ab\"|# must have at least 3 characters",
                "{\"maxLength\":3}|\"secret\"|# must have at most 3 characters",
                "{\"minItems\":1}|[]|# must have at least 1 item",
                "{\"maxItems\":1}|[1,2]|# must have at most 1 item",
                "{\"minProperties\":1}|{}|# must have at least 1 member",
                "{\"maxProperties\":0}|{\"a\":1}|# must have at most 0 members",
                "{\"uniqueItems\":true}|[1,1.0]|# must not have an item twice",
                "{\"contains\":{\"type\":\"string\"}}|[1]|# must have the right number of items of the wanted kind",
                "{\"pattern\":\"^[a-z]+$\"}|\"SECRET\"|# must match the pattern ^[a-z]+$",
                "{\"pattern\":\"^[a-z]+$\"}|\"ok\\n\"|# must match the pattern ^[a-z]+$",
                "{\"format\":\"email\"}|\"secret\"|# must be of the format email",
                "{\"format\":\"date-time\"}|\"yesterday\"|# must be of the format date-time",
                "{\"propertyNames\":{\"maxLength\":1}}|{\"secret\":1}|# has a member whose name is not allowed",
                "{\"oneOf\":[{\"minimum\":1},{\"minimum\":2}]}|3|# must follow exactly one of the alternatives",
                "{\"not\":{\"type\":\"string\"}}|\"secret\"|# must not follow the schema that is excluded",
                "{\"properties\":{\"a\":false}}|{\"a\":1}|#/a must not be there",
                "{\"dependentRequired\":{\"a\":[\"b\"]}}|{\"a\":1}|# must have the members that go with the others",
            })
    void eachKeywordSaysWhatItAsksForAndNothingOfTheContent(String schema, String content, String expected) {
        List<String> lines = lines(schema, content);

        assertThat(lines)
                .contains(expected)
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("secret"));
    }

    @Test
    void pointersAreUriFragments() {
        String schema = "{\"additionalProperties\": {\"items\": {\"type\": \"string\"}}}";

        assertThat(lines(schema, "{\"a/b~c d%é\": [\"x\", 1]}"))
                .containsExactly("#/a~1b~0c%20d%25%C3%A9/1 must be of type string");
    }

    @Test
    void longNamesOfMembersAreNotRepeated() {
        String name = "n".repeat(5_000);

        assertThat(lines("{\"additionalProperties\": false}", "{\"" + name + "\": 1}"))
                .containsExactly("# is not a member that the schema knows");
    }

    @Test
    void atMostTwentyErrorsAreTold() {
        String content = "[" + "1,".repeat(100_000) + "1]";

        assertThat(lines("{\"items\": {\"type\": \"string\"}}", content)).hasSize(20);
    }

    @Test
    void referencesWithinTheFileWork() {
        String schema = """
                {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#node"}}, "$anchor": "node"}}}""";

        assertThat(lines(schema, "{\"next\": {\"next\": {}}}")).isEmpty();
        assertThat(lines(schema, "{\"next\": {\"next\": 1}}")).containsExactly("#/next/next must be of type object");
    }

    @Test
    void deepContentOfARecursiveSchemaIsChecked() {
        String schema = "{\"type\": [\"array\", \"null\"], \"items\": {\"$ref\": \"#\"}}";

        assertThat(lines(schema, "[".repeat(500) + "]".repeat(500))).isEmpty();
    }

    @Test
    void aPatternThatBacktracksWithoutEndIsStopped() {
        String schema = "{\"items\": {\"pattern\": \"^(a+)+\\\\1$\"}}";
        String content = "[" + ("\"" + "a".repeat(40) + "!\",").repeat(1_000) + "\"aa\"]";

        assertThat(lines(schema, content)).containsExactly("# takes too long to check against the schema");
        assertThat(lines(schema, "[\"aa\"]")).isEmpty();
    }

    @Test
    void aPatternThatRecursesTooDeepIsStopped() {
        String schema = "{\"pattern\": \"^(a|b)*c$\"}";

        assertThat(lines(schema, "\"" + "ab".repeat(500_000) + "\""))
                .containsExactly("# takes too long to check against the schema");
    }

    @Test
    void anHonestPatternOverALongTextIsNotStopped() {
        assertThat(lines("{\"pattern\": \"^[a-z]*$\"}", "\"" + "a".repeat(1_000_000) + "\""))
                .isEmpty();
    }

    @Test
    void alternativesThatFailManyTimesAreStopped() {
        String schema = "{\"anyOf\": [{\"items\": {\"type\": \"string\"}}, {\"items\": {\"type\": \"boolean\"}}]}";
        String content = "[" + "1,".repeat(100_000) + "1]";

        assertThat(lines(schema, content)).containsExactly("# takes too long to check against the schema");
    }

    @Test
    void hugeNumbersAgainstArithmeticAreHarmless() {
        String content = "[" + "1e400,".repeat(10_000) + "1e-400]";

        assertThat(errors("{\"items\": {\"multipleOf\": 0.01}}", content)).isNotEmpty();
        assertThat(errors("{\"items\": {\"type\": \"integer\"}}", content)).isNotEmpty();
    }

    @Test
    void itemsThatCollideCostNoMoreThanOthers() {
        StringBuilder items = new StringBuilder("[");
        for (int i = 0; i < 1 << 15; i++) {
            items.append(i == 0 ? "\"" : ",\"");
            for (int bit = 0; bit < 15; bit++) {
                items.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            items.append('"');
        }

        assertThat(lines("{\"uniqueItems\": true}", items + "]")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1, 1.0]|true",
                "[1e2, 100]|true",
                "[-0.0, 0]|true",
                "[{\"a\":1,\"b\":[2]}, {\"b\":[2.0],\"a\":1}]|true",
                "[null, null]|true",
                "[[], {}, \"\", null, 0, false, \"null\", \"[]\"]|false",
                "[[1,[2]], [[1],2], [1,2], [\"1\",2]]|false",
                "[{\"a\":{\"b\":1}}, {\"a\":{}, \"b\":1}]|false",
            })
    void itemsAreEqualAsJsonSchemaSays(String items, boolean equal) {
        assertThat(lines("{\"uniqueItems\": true}", items)).hasSize(equal ? 1 : 0);
        assertThat(lines("{\"uniqueItems\": false}", items)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"email", "idn-hostname", "regex", "uri", "date-time"})
    void aTextTooLongForItsFormatIsNotLookedAt(String format) {
        assertThat(lines("{\"format\": \"" + format + "\"}", "\"" + ":".repeat(500_000) + "\""))
                .containsExactly("# must be of the format " + format);
    }

    @Test
    void formatsOfTextsOfOrdinaryLengthAreChecked() {
        String schema = "{\"prefixItems\": [{\"format\": \"email\"}, {\"format\": \"regex\"}, {\"format\": \"uuid\"}]}";

        assertThat(lines(schema, "[\"a@example.com\", \"^a+$\", \"6b1f9d0e-4f7c-4a53-9f0a-6d4a1b0c2d3e\"]"))
                .isEmpty();
        assertThat(lines(schema, "[\"a\", \"(\", \"x\"]")).hasSize(3);
    }

    @Test
    void theSchemaItselfIsThereForDocuments() throws IOException {
        Path file = Files.writeString(directory.resolve("s.json"), "{\"type\": \"object\", \"title\": \"A request\"}");

        assertThat(BodySchema.load(file).json().path("title").stringValue()).isEqualTo("A request");
    }
}
