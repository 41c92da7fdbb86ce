package io.inferenceproxy.cli.config;

import io.inferenceproxy.cli.config.ConfigProblem.Severity;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds and reads the configuration file, the overlay of the profile, and {@code .env}. */
final class FileLayers {

    private static final String PROFILE_NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}";

    private final ConfigSources sources;
    private final ConfigFiles files;
    private final Findings findings;
    private Optional<Path> file = Optional.empty();

    FileLayers(ConfigSources sources, ConfigFiles files, Findings findings) {
        this.sources = sources;
        this.files = files;
        this.findings = findings;
    }

    /** The configuration file that there is. */
    Optional<Path> file() {
        return file;
    }

    /** The variables that {@code .env} in the working directory offers. */
    Map<String, DotEnv.Variable> dotEnv() {
        Path path = sources.workingDirectory().resolve(".env");
        if (!Files.isRegularFile(path)) {
            return Map.of();
        }
        return source(path, ".env")
                .map(source -> DotEnv.read(source, this::isWanted, findings))
                .orElse(Map.of());
    }

    private boolean isWanted(String name) {
        return name.startsWith(ConfigSources.PREFIX)
                || sources.aliases().stream().anyMatch(alias -> alias.variable().equals(name));
    }

    /** The trees of the file and the overlay, the overlay last. */
    List<ConfigNode.Keys> layers(Map<String, String> environment) {
        List<ConfigNode.Keys> layers = new ArrayList<>();
        Optional<String> named = sources.file().map(Path::toString);
        String by = "--config";
        if (named.isEmpty()) {
            named = Optional.ofNullable(environment.get(ConfigSources.FILE_VARIABLE))
                    .filter(name -> !name.isEmpty());
            by = ConfigSources.FILE_VARIABLE;
        }
        String name = named.orElse(ConfigSources.DEFAULT_FILE);
        Path path;
        try {
            path = sources.workingDirectory().resolve(name);
        } catch (InvalidPathException refused) {
            findings.error(Origin.DEFAULT, by + ": " + Texts.printable(name) + " (expected: a path)");
            return layers;
        }
        if (Files.exists(path)) {
            file = Optional.of(path);
            read(path, name).ifPresent(layers::add);
        } else if (named.isPresent()) {
            findings.error(whole(path, name), "no such file (named by " + by + ")");
        }
        Optional<String> profile = sources.profile();
        if (profile.isEmpty()) {
            profile = Optional.ofNullable(environment.get(ConfigSources.PROFILE_VARIABLE))
                    .filter(text -> !text.isEmpty());
        }
        profile.ifPresent(text -> overlay(path, name, text).ifPresent(layers::add));
        return layers;
    }

    private Optional<ConfigNode.Keys> overlay(Path path, String name, String profile) {
        if (!profile.matches(PROFILE_NAME)) {
            findings.error(
                    Origin.DEFAULT,
                    "profile: " + Texts.printable(profile) + " (expected: letters, digits, -, _ and .)");
            return Optional.empty();
        }
        Path beside = path.resolveSibling(overlaid(String.valueOf(path.getFileName()), profile));
        String shown = name.substring(
                        0, name.length() - String.valueOf(path.getFileName()).length())
                + beside.getFileName();
        if (!Files.exists(beside)) {
            findings.error(whole(beside, shown), "no such file (named by profile " + profile + ")");
            return Optional.empty();
        }
        return read(beside, shown);
    }

    private static String overlaid(String name, String profile) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name + "-" + profile : name.substring(0, dot) + "-" + profile + name.substring(dot);
    }

    private Optional<ConfigNode.Keys> read(Path path, String name) {
        Optional<SourceText> source = source(path, name);
        source.ifPresent(findings::source);
        Optional<ConfigNode> root = source.flatMap(text -> YamlReader.read(text, findings));
        if (root.isEmpty() || root.get() instanceof ConfigNode.Text text && text.absent()) {
            return Optional.empty();
        }
        if (root.get() instanceof ConfigNode.Keys keys) {
            return Optional.of(keys);
        }
        findings.error(root.get().origin(), "(expected: keys with values)");
        return Optional.empty();
    }

    private Optional<SourceText> source(Path path, String name) {
        try {
            Path parent = path.getParent();
            String text = ConfigFiles.text(files.bytes(path, ConfigFiles.MOST_BYTES));
            SourceText source = SourceText.of(name, parent == null ? Path.of("") : parent, text);
            return Optional.of(source);
        } catch (ConfigFiles.Refused refused) {
            findings.add(refused.isThere() ? Severity.UNREADABLE : Severity.INVALID, whole(path, name), refused.says());
            return Optional.empty();
        }
    }

    private static Origin whole(Path path, String name) {
        Path parent = path.getParent();
        return new Origin.InFile(name, parent == null ? Path.of("") : parent, 0, 0);
    }
}
