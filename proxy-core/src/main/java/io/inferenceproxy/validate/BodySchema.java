package io.inferenceproxy.validate;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.Schema;
import com.networknt.schema.ValidationLimitExceededException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A JSON Schema (2020-12) that content must follow, compiled once. Formats are asserted. Safe for many threads.
 *
 * <p>What a check may cost is bounded by the size of the body: steps of patterns, steps of the schema, errors kept. Past
 * a bound the body counts as a violation.
 */
public final class BodySchema {

    /** How many errors are told at most. */
    static final int MAX_ERRORS = 20;

    private static final int FREE_STEPS = 500_000;
    private static final int STEPS_PER_BYTE = 8;
    private static final String TOO_COSTLY = "takes too long to check against the schema";

    private final Schema schema;
    private final JsonNode json;

    BodySchema(Schema schema, JsonNode json) {
        this.schema = schema;
        this.json = json;
    }

    /**
     * Reads and compiles a schema file. It must stand alone: references lead to places in the file itself.
     *
     * @throws IllegalArgumentException when the file cannot be read, is no JSON or no JSON Schema, or refers to another
     *     document; the message names the file and the place
     */
    public static BodySchema load(Path file) {
        return SchemaFile.load(file);
    }

    /** The schema itself, for documents that show it; not to be changed. */
    public JsonNode json() {
        return json;
    }

    /** What content of that many bytes does not follow, at most {@value #MAX_ERRORS} places; empty when all is well. */
    List<SchemaError> errors(JsonNode content, int size) {
        long steps = FREE_STEPS + (long) STEPS_PER_BYTE * size;
        ExecutionConfig config = ExecutionConfig.builder()
                .formatAssertionsEnabled(true)
                .maxEvaluationSteps(steps)
                .build();
        SchemaFinding finding = new SchemaFinding(config, MAX_ERRORS);
        try {
            StepBudget.spend(steps, () -> schema.validate(finding, content));
        } catch (SchemaFinding.Enough enough) {
            return errors(finding.found());
        } catch (StepBudget.Exhausted | ValidationLimitExceededException | StackOverflowError tooCostly) {
            return List.of(new SchemaError("#", TOO_COSTLY));
        }
        return errors(finding.found());
    }

    private static List<SchemaError> errors(List<Error> found) {
        List<SchemaError> errors = new ArrayList<>(found.size());
        for (Error error : found) {
            errors.add(new SchemaError(pointer(error), SchemaDetail.of(error)));
        }
        return errors;
    }

    /** Of a member that is too many the pointer is its own; the validator points to the object. */
    private static String pointer(Error error) {
        String keyword = error.getKeyword();
        boolean surplus = "additionalProperties".equals(keyword) || "unevaluatedProperties".equals(keyword);
        String member = error.getProperty();
        return surplus && member != null
                ? SchemaPointer.of(error.getInstanceLocation(), member)
                : SchemaPointer.of(error.getInstanceLocation());
    }
}
