package io.inferenceproxy.validate;

import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.InvalidSchemaRefException;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.serialization.NodeReader;
import com.networknt.schema.utils.JsonNodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

/** Reads schema files: strictly, checked against the schema of schemas, and without looking anywhere else. */
final class SchemaFile {

    private static final String DIALECT = SchemaDialect.BOUNDED.getId();
    private static final String DIALECT_SITE = "https://json-schema.org/";
    private static final NodeReader READER =
            NodeReader.builder().locationAware().jsonMapper(StrictJson.mapper()).build();
    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .formatAssertionsEnabled(true)
            .losslessNarrowing(true)
            .regularExpressionFactory(MeteredPattern::new)
            .build();

    private final Path file;

    private SchemaFile(Path file) {
        this.file = file;
    }

    static BodySchema load(Path file) {
        return new SchemaFile(file).load();
    }

    private BodySchema load() {
        JsonNode json = json();
        if (!json.isObject() && !json.isBoolean()) {
            throw refused(json, "not a JSON Schema (expected: an object)");
        }
        String dialect = json.path("$schema").asString(DIALECT);
        if (!dialect.replaceAll("#$", "").equals(DIALECT)) {
            throw refused(json.path("$schema"), "$schema: " + dialect + " (expected: " + DIALECT + ")");
        }
        try {
            // Of its own for each file, so that two files with the same $id do not become one.
            SchemaRegistry registry = registry();
            requireSchema(registry, json);
            Schema schema = registry.getSchema(SchemaLocation.of("urn:schema"), json);
            schema.initializeValidators();
            return new BodySchema(schema, json);
        } catch (SchemaException bad) {
            throw refused(json, bad);
        }
    }

    private static SchemaRegistry registry() {
        return SchemaRegistry.withDialect(
                SchemaDialect.BOUNDED,
                builder -> builder.nodeReader(READER)
                        .schemaRegistryConfig(CONFIG)
                        .schemaLoader(loader -> loader.allow(SchemaFile::isPartOfTheDialect)));
    }

    private static boolean isPartOfTheDialect(AbsoluteIri iri) {
        return iri.toString().startsWith(DIALECT_SITE);
    }

    private JsonNode json() {
        try {
            return READER.readTree(Files.readString(file, StandardCharsets.UTF_8), InputFormat.JSON);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "schema: " + file + ": cannot be read (expected: a JSON Schema in a UTF-8 file)", unreadable);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException(
                    "schema: " + place(malformed.getLocation()) + ": " + malformed.getOriginalMessage(), malformed);
        }
    }

    private void requireSchema(SchemaRegistry registry, JsonNode json) {
        List<Error> errors = registry.getSchema(SchemaLocation.of(DIALECT)).validate(json);
        if (!errors.isEmpty()) {
            Error error = errors.get(0);
            JsonNode where = error.getInstanceNode() == null ? json : error.getInstanceNode();
            throw refused(where, SchemaPointer.of(error.getInstanceLocation()) + " " + SchemaDetail.of(error));
        }
    }

    /** A reference that leads nowhere, or to another document, is shown at its own place. */
    private IllegalArgumentException refused(JsonNode json, SchemaException bad) {
        String message = String.valueOf(bad.getMessage());
        boolean reference = bad instanceof InvalidSchemaRefException || message.contains("not allowed to be loaded");
        JsonNode where = json;
        for (JsonNode candidate : json.findValues("$ref")) {
            if (reference && message.contains(candidate.asString("?").replaceFirst("^#", ""))) {
                where = candidate;
            }
        }
        String expected = reference ? " (expected: references into the same file)" : "";
        return refused(where, message + expected);
    }

    private IllegalArgumentException refused(JsonNode where, String message) {
        return new IllegalArgumentException(
                "schema: " + place(JsonNodes.tokenStreamLocationOf(where)) + ": " + message);
    }

    private String place(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? file.toString()
                : file + ":" + location.getLineNr() + ":" + location.getColumnNr();
    }
}
