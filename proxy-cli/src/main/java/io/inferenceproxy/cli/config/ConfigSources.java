package io.inferenceproxy.cli.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a configuration is read from.
 *
 * @param file the file that {@code --config} named
 * @param profile the profile that {@code --profile} named
 * @param environment all variables of the process
 * @param workingDirectory holds {@code inference-proxy.yaml} and {@code .env}; relative paths of flags and variables begin here
 * @param aliases further variables for keys
 * @param flags what the command line sets, the last of equal keys on top
 * @param otherVariables names with our prefix that are not keys; {@value #FILE_VARIABLE} and {@value #PROFILE_VARIABLE} always are
 * @param strict whether unknown variables are errors
 */
public record ConfigSources(
        Optional<Path> file,
        Optional<String> profile,
        Map<String, String> environment,
        Path workingDirectory,
        List<Alias> aliases,
        List<FlagValue> flags,
        Set<String> otherVariables,
        boolean strict) {

    /** Begins the name of each of our variables. */
    public static final String PREFIX = "INFERENCE_PROXY_";

    /** Names the file when {@code --config} does not. */
    public static final String FILE_VARIABLE = PREFIX + "CONFIG";

    /** Names the profile when {@code --profile} does not. */
    public static final String PROFILE_VARIABLE = PREFIX + "PROFILE";

    /** The file in the working directory that is read when none is named. */
    public static final String DEFAULT_FILE = "inference-proxy.yaml";

    /** Nothing but the working directory, here. */
    public static final ConfigSources NONE = new ConfigSources(
            Optional.empty(), Optional.empty(), Map.of(), Path.of(""), List.of(), List.of(), Set.of(), false);

    /**
     * A variable that stands for a key beside its twin; where several sources of that key but flags differ, that is an error.
     *
     * @param variable the name
     * @param key the dotted path
     */
    public record Alias(String variable, String key) {}

    /**
     * What an option of the command line sets.
     *
     * @param flag as the user knows it, {@code --port}
     * @param key the dotted path
     * @param values one text; several are a list
     * @param list whether the values are a list even when there is one; commas do not separate then
     */
    public record FlagValue(String flag, String key, List<String> values, boolean list) {
        public FlagValue {
            values = List.copyOf(values);
        }

        /** The option and the key, without the value. */
        @Override
        public String toString() {
            return flag + " " + key;
        }
    }

    public ConfigSources {
        environment = Map.copyOf(environment);
        aliases = List.copyOf(aliases);
        flags = List.copyOf(flags);
        otherVariables = Set.copyOf(otherVariables);
    }

    public ConfigSources withFile(Path newFile) {
        return new ConfigSources(
                Optional.of(newFile), profile, environment, workingDirectory, aliases, flags, otherVariables, strict);
    }

    public ConfigSources withProfile(String newProfile) {
        return new ConfigSources(
                file, Optional.of(newProfile), environment, workingDirectory, aliases, flags, otherVariables, strict);
    }

    public ConfigSources withEnvironment(Map<String, String> newEnvironment) {
        return new ConfigSources(
                file, profile, newEnvironment, workingDirectory, aliases, flags, otherVariables, strict);
    }

    /** One more variable. */
    public ConfigSources withVariable(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return withEnvironment(more);
    }

    public ConfigSources withWorkingDirectory(Path newDirectory) {
        return new ConfigSources(file, profile, environment, newDirectory, aliases, flags, otherVariables, strict);
    }

    /** One more alias. */
    public ConfigSources withAlias(String variable, String key) {
        List<Alias> more = new ArrayList<>(aliases);
        more.add(new Alias(variable, key));
        return new ConfigSources(file, profile, environment, workingDirectory, more, flags, otherVariables, strict);
    }

    /** A named option with one value, {@code withFlag("--port", "server.port", "8080")}. */
    public ConfigSources withFlag(String flag, String key, String value) {
        return with(new FlagValue(flag, key, List.of(value), false));
    }

    /** A named option that may be repeated; its values are the list. */
    public ConfigSources withFlag(String flag, String key, List<String> values) {
        return with(new FlagValue(flag, key, values, true));
    }

    /** {@code --set KEY=VALUE}; what is no such pair is told when the configuration is read. */
    public ConfigSources withSet(String keyAndValue) {
        int equals = keyAndValue.indexOf('=');
        String key = equals < 0 ? keyAndValue : keyAndValue.substring(0, equals).strip();
        return with(new FlagValue(
                "--set", key, equals < 0 ? List.of() : List.of(keyAndValue.substring(equals + 1)), false));
    }

    private ConfigSources with(FlagValue flag) {
        List<FlagValue> more = new ArrayList<>(flags);
        more.add(flag);
        return new ConfigSources(file, profile, environment, workingDirectory, aliases, more, otherVariables, strict);
    }

    public ConfigSources withOtherVariables(Set<String> names) {
        return new ConfigSources(file, profile, environment, workingDirectory, aliases, flags, names, strict);
    }

    public ConfigSources withStrict(boolean newStrict) {
        return new ConfigSources(
                file, profile, environment, workingDirectory, aliases, flags, otherVariables, newStrict);
    }

    /** Where is read from, without any value. */
    @Override
    public String toString() {
        return "ConfigSources[file=" + file + ", profile=" + profile + ", flags=" + flags + "]";
    }
}
