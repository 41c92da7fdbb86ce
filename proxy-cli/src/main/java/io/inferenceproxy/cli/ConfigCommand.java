package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.cli.config.ConfigPrinter;
import io.inferenceproxy.cli.config.LoadedConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code config}: the effective settings and where each comes from. */
@Command(
        name = "config",
        description = "Show every setting, its value and where it comes from; secrets are masked.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy config --only-changed",
            "  inference-proxy config --format yaml",
            "  inference-proxy config why server.port",
            "  inference-proxy config init"
        })
final class ConfigCommand implements Callable<Integer> {

    /** How settings can be shown. */
    enum Format {
        TEXT,
        YAML,
        JSON
    }

    private final Surroundings surroundings;

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Mixin
    private final ServeFlags flags = new ServeFlags();

    @Option(
            names = "--format",
            paramLabel = "text|yaml|json",
            description = "One setting a line (default), YAML or JSON.")
    private Format format = Format.TEXT;

    @Option(names = "--only-changed", description = "Leave out what is as by default.")
    private boolean onlyChanged;

    ConfigCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        LoadedConfig<ProxyOptions> loaded = config.load(surroundings, flags::over);
        ConfigPrinter printer = ConfigPrinter.of(loaded);
        ConfigPrinter shown = onlyChanged ? printer.onlyChanged() : printer;
        surroundings
                .out()
                .print(
                        switch (format) {
                            case TEXT -> shown.text();
                            case YAML -> shown.yaml();
                            case JSON -> shown.json();
                        });
        ProxyOptions options = ConfigMixin.require(loaded, surroundings);
        Readiness.missing(options).forEach(surroundings::say);
        return ExitCode.OK.number();
    }
}
