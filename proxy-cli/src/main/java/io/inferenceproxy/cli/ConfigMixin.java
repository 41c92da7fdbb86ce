package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.cli.config.ConfigLoader;
import io.inferenceproxy.cli.config.ConfigProblem;
import io.inferenceproxy.cli.config.ConfigSources;
import io.inferenceproxy.cli.config.LoadedConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that reads the configuration, and the reading of it. */
final class ConfigMixin {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration file (INFERENCE_PROXY_CONFIG; else ./inference-proxy.yaml when it is there).")
    @Nullable
    Path file;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Overlay inference-proxy-NAME.yaml (INFERENCE_PROXY_PROFILE).")
    @Nullable
    String profile;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set any key of the configuration, over file and environment; repeatable.")
    List<String> settings = new ArrayList<>();

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Where the made secret, users, keys and sessions are kept"
                    + " ($XDG_STATE_HOME/inference-proxy, else ~/.local/state/inference-proxy).")
    @Nullable
    Path stateDirectory;

    /** Reads all sources; says nothing yet. */
    LoadedConfig<ProxyOptions> load(Surroundings surroundings, UnaryOperator<ConfigSources> flags) {
        ConfigSources sources = ConfigSources.NONE
                .withEnvironment(surroundings.environment())
                .withWorkingDirectory(surroundings.workingDirectory())
                .withAlias("JWT_SECRET_KEY", "auth.secret");
        if (file != null) {
            sources = sources.withFile(file);
        }
        if (profile != null) {
            sources = sources.withProfile(profile);
        }
        // Short flags are on top of --set, whatever their order: they are the more deliberate.
        for (String setting : settings) {
            sources = sources.withSet(setting);
        }
        return ConfigLoader.of(ProxyOptions.class).load(flags.apply(sources));
    }

    /**
     * Says every problem.
     *
     * @throws CommandFailure when one of them is an error
     */
    static ProxyOptions require(LoadedConfig<ProxyOptions> config, Surroundings surroundings) {
        sayProblems(config, surroundings);
        return config.options()
                .orElseThrow(
                        () -> new CommandFailure(config.isUnreadable() ? ExitCode.LOCAL : ExitCode.CONFIGURATION, ""));
    }

    /** Says every problem, and how many errors there are. */
    static void sayProblems(LoadedConfig<ProxyOptions> config, Surroundings surroundings) {
        config.problems().forEach(problem -> surroundings.say(problem.toString()));
        long errors = config.problems().stream().filter(ConfigProblem::isError).count();
        if (errors > 0) {
            surroundings.sayError(
                    errors == 1 ? "1 mistake in the configuration" : errors + " mistakes in the configuration");
        }
    }

    /** The state directory that these options and variables name. */
    StateDirectory state(Surroundings surroundings) {
        return StateDirectory.locate(Optional.ofNullable(stateDirectory), surroundings);
    }

    /**
     * The flags with which {@code token} reads the same configuration, ready for a shell; without secrets. Empty, or with a
     * leading space.
     */
    String tokenFlags() {
        StringBuilder text = new StringBuilder();
        append(text, "--config", file == null ? null : file.toString());
        append(text, "--profile", profile);
        append(text, "--state-dir", stateDirectory == null ? null : stateDirectory.toString());
        for (String setting : settings) {
            if (setting.startsWith("auth.") && !setting.startsWith("auth.secret")) {
                append(text, "--set", setting);
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String flag, @Nullable String value) {
        if (value != null) {
            boolean plain = value.matches("[A-Za-z0-9_./:=@%+,-]+");
            text.append(' ').append(flag).append(' ').append(plain ? value : "'" + value.replace("'", "'\\''") + "'");
        }
    }
}
