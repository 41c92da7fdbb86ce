package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.cli.config.ConfigWhy;
import io.inferenceproxy.cli.config.LoadedConfig;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code config why}: where the value of one key comes from, and what it prevailed over. */
@Command(
        name = "why",
        description = "Explain where the value of a key comes from, and what it prevailed over.",
        footerHeading = "%nExamples:%n",
        footer = {"  inference-proxy config why server.port", "  inference-proxy config why limits"})
final class ConfigWhyCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Mixin
    private final ServeFlags flags = new ServeFlags();

    @Parameters(paramLabel = "KEY", description = "A key, or one above several, such as server.")
    private @Nullable String key;

    ConfigWhyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        LoadedConfig<ProxyOptions> loaded = config.load(surroundings, flags::over);
        ConfigWhy why = ConfigWhy.of(loaded);
        String asked = String.valueOf(key);
        Optional<String> explained = why.explain(asked);
        explained.ifPresent(surroundings.out()::print);
        ConfigMixin.require(loaded, surroundings);
        if (explained.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, why.unknown(asked));
        }
        return ExitCode.OK.number();
    }
}
