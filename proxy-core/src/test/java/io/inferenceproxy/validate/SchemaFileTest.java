package io.inferenceproxy.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaFileTest {

    @TempDir
    private Path directory;

    private Path file(String schema) throws IOException {
        return Files.writeString(directory.resolve("request.schema.json"), schema);
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String schema) throws IOException {
        Path file = file(schema);
        return assertThatThrownBy(() -> BodySchema.load(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("schema: " + file);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = directory.resolve("missing.json");

        assertThatThrownBy(() -> BodySchema.load(missing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("schema: " + missing + ": cannot be read (expected: a JSON Schema in a UTF-8 file)");
    }

    @Test
    void malformedJsonIsRefusedAtItsPlace() throws IOException {
        assertRefused("{\n \"type\": oops}").hasMessageContaining("request.schema.json:2:");
    }

    @Test
    void aKeywordWrittenTwiceIsRefused() throws IOException {
        assertRefused("{\"type\": \"object\", \"type\": \"array\"}").hasMessageContaining("Duplicate");
    }

    @Test
    void aKeywordWithAValueThatItCannotHaveIsRefusedAtItsPlace() throws IOException {
        assertRefused("{\n  \"properties\": {\n    \"age\": {\"type\": \"strng\"}\n  }\n}")
                .hasMessageContaining("request.schema.json:3:")
                .hasMessageContaining("#/properties/age/type");
    }

    @Test
    void aPatternThatIsNoneIsRefused() throws IOException {
        assertRefused("{\"pattern\": \"(\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:1/other.json",
                "https://example.com/other.json",
                "other.json",
                "file:///etc/passwd",
                "classpath:logback-test.xml",
                "#/$defs/missing",
                "#missing"
            })
    void referencesToOtherDocumentsOrToNothingAreRefused(String reference) throws IOException {
        assertRefused("{\"properties\":\n {\"a\": {\"$ref\": \"" + reference + "\"}}}")
                .hasMessageContaining("request.schema.json:2:17: ")
                .hasMessageContaining("expected: references into the same file");
    }

    @Test
    void aReferenceUnderAnIdOfItsOwnIsLocalToo() throws IOException {
        BodySchema schema = BodySchema.load(
                file(
                        "{\"$id\": \"https://example.com/a.json\", \"properties\": {\"a\": {\"$ref\": \"b.json\"}}, \"$defs\": {\"b\": {\"$id\": \"b.json\", \"type\": \"string\"}}}"));

        assertThat(schema.json().isObject()).isTrue();
    }

    @Test
    void anotherDialectIsRefused() throws IOException {
        assertRefused("{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}")
                .hasMessageContaining("expected: https://json-schema.org/draft/2020-12/schema");
    }

    @Test
    void theDialectMayBeNamed() throws IOException {
        Path file = file("{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"type\": \"object\"}");

        assertThat(BodySchema.load(file).json().path("type").stringValue()).isEqualTo("object");
    }

    @Test
    void somethingThatIsNoSchemaIsRefused() throws IOException {
        assertRefused("[1]").hasMessageContaining("not a JSON Schema (expected: an object)");
    }
}
