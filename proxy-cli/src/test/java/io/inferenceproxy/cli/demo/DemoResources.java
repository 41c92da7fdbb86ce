package io.inferenceproxy.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The files of the demonstration that are made and not written: run {@link #main} in the directory of this module after a
 * change of {@code conditions.csv}. The tests fail while a committed file differs from what this makes.
 */
final class DemoResources {
    private static final Path MAIN = Path.of("src/main/resources/io/inferenceproxy/cli/demo");
    private static final Path TEST = Path.of("src/test/resources/io/inferenceproxy/cli/demo");

    private DemoResources() {}

    /** The text of each file, by its path in this module. */
    static Map<Path, String> generate() {
        CaseGenerator generator = new CaseGenerator(ConditionTable.load());
        return Map.of(
                MAIN.resolve("cases.csv"), generator.training(),
                TEST.resolve("held-out-cases.csv"), generator.heldOut(),
                MAIN.resolve(TriageSchema.RESOURCE),
                        SchemaGenerator.schema(ConditionTable.load().symptoms()));
    }

    public static void main(String[] arguments) throws IOException {
        for (Map.Entry<Path, String> file : generate().entrySet()) {
            Files.writeString(file.getKey(), file.getValue());
        }
    }
}
