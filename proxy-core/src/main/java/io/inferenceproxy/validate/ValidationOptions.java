package io.inferenceproxy.validate;

import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What content must be like on routes that take JSON.
 */
public record ValidationOptions(
        @Setting("Largest content of a request") DataSize maxBody,

        @Setting("Deepest nesting of JSON objects and arrays")
        int maxDepth,

        @Setting("File with the JSON Schema (2020-12) for JSON routes that name none themselves")
        Optional<Path> schema) {

    /** What holds when nothing is configured. */
    public static final ValidationOptions DEFAULT =
            new ValidationOptions(DataSize.ofMegabytes(1), 64, Optional.empty());

    public ValidationOptions {
        Require.atLeast(DataSize.ofBytes(1), maxBody, "max-body");
        Require.atMost(DataSize.ofMegabytes(1_024), maxBody, "max-body");
        Require.between(1, 500, maxDepth, "max-depth");
    }

    public ValidationOptions withMaxBody(DataSize maxBody) {
        return new ValidationOptions(maxBody, maxDepth, schema);
    }

    public ValidationOptions withMaxDepth(int maxDepth) {
        return new ValidationOptions(maxBody, maxDepth, schema);
    }

    public ValidationOptions withSchema(Optional<Path> schema) {
        return new ValidationOptions(maxBody, maxDepth, schema);
    }

    /** With a schema for JSON routes that name none themselves. */
    public ValidationOptions withSchema(Path schema) {
        return withSchema(Optional.of(schema));
    }
}
