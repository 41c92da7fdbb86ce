package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.cli.config.ConfigProblem;
import io.inferenceproxy.cli.config.LoadedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The configuration of a running {@code serve}, read anew from where it came from. */
final class Reloading {

    private final Supplier<LoadedConfig<ProxyOptions>> loading;
    private final UnaryOperator<ProxyOptions> completion;
    private final Surroundings surroundings;
    private List<Path> files;
    private Map<Path, String> read;
    private Map<Path, String> seen;

    /**
     * A configuration.
     *
     * @param started what was read at the start
     * @param loading reads it anew
     * @param completion makes of it what is served
     */
    Reloading(
            LoadedConfig<ProxyOptions> started,
            Supplier<LoadedConfig<ProxyOptions>> loading,
            UnaryOperator<ProxyOptions> completion,
            Surroundings surroundings) {
        this.loading = loading;
        this.completion = completion;
        this.surroundings = surroundings;
        this.files = started.files();
        this.read = stamps();
        this.seen = read;
    }

    /**
     * What it says now.
     *
     * @throws IllegalArgumentException when that is wrong, with all mistakes
     */
    synchronized ProxyOptions read() {
        Map<Path, String> before = stamps(); // so that what is written meanwhile is read once more
        LoadedConfig<ProxyOptions> loaded = loading.get();
        files = loaded.files();
        read = stamps();
        read.putAll(before);
        read.keySet().retainAll(files);
        List<ConfigProblem> errors =
                loaded.problems().stream().filter(ConfigProblem::isError).toList();
        if (!errors.isEmpty()) {
            throw mistakes(errors.stream().map(ConfigProblem::toString).toList());
        }
        loaded.problems().forEach(warning -> surroundings.say(warning.toString()));
        ProxyOptions options =
                loaded.options().orElseThrow(() -> new IllegalArgumentException("the configuration cannot be read"));
        List<String> missing = Readiness.missing(options);
        if (!missing.isEmpty()) {
            throw mistakes(missing);
        }
        try {
            return completion.apply(options);
        } catch (CommandFailure wrong) {
            throw new IllegalArgumentException(wrong.getMessage(), wrong);
        }
    }

    private static IllegalArgumentException mistakes(List<String> mistakes) {
        return new IllegalArgumentException(mistakes.stream().collect(Collectors.joining("; ")));
    }

    /** Whether a file has changed since all were read, and not since the last look: somebody may still write it. */
    synchronized boolean isDue() {
        Map<Path, String> now = stamps();
        boolean settled = now.equals(seen);
        seen = now;
        return settled && !now.equals(read);
    }

    private Map<Path, String> stamps() {
        Map<Path, String> stamps = new LinkedHashMap<>();
        files.forEach(file -> stamps.put(file, stamp(file)));
        return stamps;
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.lastModifiedTime() + " " + attributes.size();
        } catch (IOException missing) {
            return "";
        }
    }
}
