package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.cli.config.ConfigSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code config schema}: the JSON Schema of the configuration file. */
@Command(
        name = "schema",
        description = "Print the JSON Schema of the configuration file, for editors.",
        footerHeading = "%nExamples:%n",
        footer = "  inference-proxy config schema > inference-proxy.schema.json")
final class ConfigSchemaCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    ConfigSchemaCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The schema as JSON text. */
    static String text() {
        return ConfigSchema.of(ProxyOptions.class, "Configuration of inference-proxy");
    }

    @Override
    public Integer call() {
        surroundings.out().print(text());
        return ExitCode.OK.number();
    }
}
