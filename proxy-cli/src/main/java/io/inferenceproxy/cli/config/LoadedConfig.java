package io.inferenceproxy.cli.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What reading a configuration came to.
 *
 * @param options the bound record; none while there are errors
 * @param settings every setting, in the order of the records, also while there are errors
 * @param problems everything wrong, files first, in the order of their lines
 * @param file the configuration file that was read
 * @param files every file that was asked for, also those that hold single values; for watching them
 * @param mask hides the secrets of this configuration in any text
 * @param <T> the option record
 */
public record LoadedConfig<T extends Record>(
        Optional<T> options,
        List<EffectiveSetting> settings,
        List<ConfigProblem> problems,
        Optional<Path> file,
        List<Path> files,
        SecretMask mask) {

    public LoadedConfig {
        settings = List.copyOf(settings);
        problems = List.copyOf(problems);
        files = List.copyOf(files);
    }

    public boolean isValid() {
        return options.isPresent();
    }

    /** Whether a file that is there could not be read, which is no mistake in it. */
    public boolean isUnreadable() {
        return problems.stream().anyMatch(problem -> problem.severity() == ConfigProblem.Severity.UNREADABLE);
    }

    /** The setting with that key, if there is one. */
    public Optional<EffectiveSetting> setting(KeyPath key) {
        return settings.stream().filter(setting -> setting.key().equals(key)).findFirst();
    }

    /** The settings, without the options, which only their own records may print. */
    @Override
    public String toString() {
        return "LoadedConfig" + settings;
    }
}
