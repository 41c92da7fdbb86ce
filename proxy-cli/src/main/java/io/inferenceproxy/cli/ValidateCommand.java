package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.cli.config.LoadedConfig;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code validate}: proves a configuration without serving it. */
@Command(
        name = "validate",
        description = "Prove a configuration without serving it; all mistakes are told at once.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy validate",
            "  inference-proxy validate --config prod.yaml --strict",
            "  inference-proxy validate --probe-upstream"
        })
final class ValidateCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Mixin
    private final ServeFlags flags = new ServeFlags();

    @Option(names = "--strict", description = "Take unknown variables, which are warnings else, for mistakes.")
    private boolean strict;

    @Option(names = "--probe-upstream", description = "Also connect to every upstream; 5 when one does not answer.")
    private boolean probe;

    ValidateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        LoadedConfig<ProxyOptions> loaded =
                config.load(surroundings, sources -> flags.over(sources).withStrict(strict));
        ProxyOptions options = ConfigMixin.require(loaded, surroundings);
        Trial trial = new Trial(loaded, options);
        trial.run(config.state(surroundings));
        trial.warnings().forEach(surroundings::say);
        if (!trial.findings().isEmpty()) {
            trial.findings().forEach(surroundings::say);
            int many = trial.findings().size();
            throw new CommandFailure(
                    trial.isLocalOnly() ? ExitCode.LOCAL : ExitCode.CONFIGURATION,
                    many == 1 ? "1 mistake in the configuration" : many + " mistakes in the configuration");
        }
        if (probe) {
            probe(Readiness.withoutVersion(options, surroundings));
        }
        surroundings.say("valid");
        return ExitCode.OK.number();
    }

    private void probe(ProxyOptions options) {
        List<String> silent = UpstreamProbe.silent(options);
        if (!silent.isEmpty()) {
            silent.forEach(surroundings::sayError);
            throw new CommandFailure(ExitCode.REMOTE, "");
        }
    }
}
