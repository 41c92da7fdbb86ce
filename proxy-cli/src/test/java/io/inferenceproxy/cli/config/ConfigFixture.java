package io.inferenceproxy.cli.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** A working directory with files, and configurations read from it. */
final class ConfigFixture {

    private static final ConfigLoader<SampleOptions> LOADER = ConfigLoader.of(SampleOptions.class);

    final Path directory;
    ConfigSources sources;

    ConfigFixture(Path directory) {
        this.directory = directory;
        this.sources = ConfigSources.NONE.withWorkingDirectory(directory).withAlias("JWT_SECRET_KEY", "auth.secret");
    }

    /** The entry of a map that must be there. */
    static <T> T entry(Map<String, T> map, String name) {
        return Objects.requireNonNull(map.get(name), name);
    }

    ConfigFixture file(String name, String text) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }

    ConfigFixture yaml(String text) {
        return file("inference-proxy.yaml", text);
    }

    ConfigFixture env(String name, String value) {
        sources = sources.withVariable(name, value);
        return this;
    }

    ConfigFixture set(String keyAndValue) {
        sources = sources.withSet(keyAndValue);
        return this;
    }

    LoadedConfig<SampleOptions> load() {
        return LOADER.load(sources);
    }

    /** The options of a configuration that must be valid. */
    SampleOptions options() {
        LoadedConfig<SampleOptions> config = load();
        return config.options().orElseThrow(() -> new AssertionError(config.problems()));
    }

    /** All problems, one after the other, with their excerpts. */
    String problems() {
        StringBuilder text = new StringBuilder();
        load().problems().forEach(problem -> text.append(problem).append('\n'));
        return text.toString();
    }

    /** All problems without excerpts. */
    String lines() {
        StringBuilder text = new StringBuilder();
        load().problems().forEach(problem -> text.append(problem.line()).append('\n'));
        return text.toString();
    }

    String text() {
        return ConfigPrinter.of(load()).text();
    }

    /** The line of the printed configuration that begins with a key. */
    String row(String key) {
        return text().lines()
                .filter(line -> line.startsWith(key + "  "))
                .findFirst()
                .orElse("");
    }
}
