package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.cli.config.ConfigSources;
import io.inferenceproxy.cli.config.ConfigTemplate;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code config init}: a commented configuration file, and its schema beside it. */
@Command(
        name = "init",
        description = "Write a commented configuration file, and its JSON Schema beside it for editors.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy config init",
            "  inference-proxy config init --upstream http://127.0.0.1:8000 proxy/inference-proxy.yaml"
        })
final class ConfigInitCommand implements Callable<Integer> {

    private static final String SCHEMA = "inference-proxy.schema.json";

    private final Surroundings surroundings;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = ConfigSources.DEFAULT_FILE,
            description = "Where to write it (default: ${DEFAULT-VALUE}).")
    private @Nullable Path file;

    @Option(
            names = {"-u", "--upstream"},
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8000",
            description = "The service behind the proxy (default: ${DEFAULT-VALUE}).")
    private @Nullable String upstream;

    @Option(names = "--force", description = "Overwrite what is there.")
    private boolean force;

    @Option(names = "--no-schema", description = "Write no schema beside it.")
    private boolean noSchema;

    ConfigInitCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Path target =
                surroundings.workingDirectory().resolve(file == null ? Path.of(ConfigSources.DEFAULT_FILE) : file);
        Map<String, Object> live = Map.of("upstreams.default.urls", List.of(String.valueOf(upstream)));
        write(target, ConfigTemplate.of(ProxyOptions.class, SCHEMA, live), force);
        surroundings.say("wrote " + target);
        if (!noSchema) {
            Path schema = target.resolveSibling(SCHEMA);
            // The schema is made anew by whatever version is there; nobody writes it by hand.
            write(schema, ConfigSchemaCommand.text(), true);
            surroundings.say("wrote " + schema);
        }
        return ExitCode.OK.number();
    }

    private static void write(Path target, String text, boolean overwrite) {
        OpenOption[] options = overwrite
                ? new OpenOption[] {
                    StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE
                }
                : new OpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
        try {
            Files.writeString(target, text, options);
        } catch (FileAlreadyExistsException there) {
            throw new CommandFailure(
                    ExitCode.LOCAL, target + ": is there already (expected: a new file, or --force)", there);
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.LOCAL, target + ": cannot be written", failed);
        }
    }
}
