package io.inferenceproxy.cli.config;

import java.util.List;
import java.util.Optional;

/** Explains where the value of one key, or of all below it, comes from, and what it prevailed over. */
public final class ConfigWhy {

    private final LoadedConfig<?> config;

    private ConfigWhy(LoadedConfig<?> config) {
        this.config = config;
    }

    public static ConfigWhy of(LoadedConfig<?> config) {
        return new ConfigWhy(config);
    }

    /** The explanation; empty when there is no such key. */
    public Optional<String> explain(String key) {
        List<EffectiveSetting> found = config.settings().stream()
                .filter(setting -> isBelow(setting.key().toString(), key))
                .toList();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder out = new StringBuilder();
        for (EffectiveSetting setting : found) {
            out.append(setting.key())
                    .append("  ")
                    .append(setting.value())
                    .append("  ")
                    .append(setting.origin())
                    .append('\n');
            for (EffectiveSetting.Shadowed loser : setting.shadowed()) {
                out.append("  over  ")
                        .append(loser.value())
                        .append("  ")
                        .append(loser.origin())
                        .append('\n');
            }
        }
        return Optional.of(out.toString());
    }

    /** What to say of a key that does not exist. */
    public String unknown(String key) {
        List<String> keys = config.settings().stream()
                .map(setting -> setting.key().toString())
                .toList();
        return Texts.printable(key) + ": unknown key" + Nearest.hint(Nearest.to(key, keys));
    }

    private static boolean isBelow(String key, String asked) {
        return key.equals(asked) || key.startsWith(asked + ".");
    }
}
