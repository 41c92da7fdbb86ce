package io.inferenceproxy.cli;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The launcher in a folder as people unpack it, over a scripted Java: one that tells the words it was called with, waits for
 * the end of its input when it is to serve, and writes what it is asked for in place of a class-data archive.
 */
final class LauncherFixture {

    private static final String JAVA = """
            #!/bin/sh
            for word; do
              case $word in
                -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*)
                  printf '%s\\n' rehearsed >>"$REHEARSALS"
                  [ -z "${REHEARSAL_FAILS:-}" ] || exit 1
                  printf 'classes\\n' >"${word#*=}"
                  exit
                  ;;
              esac
            done
            printf '%s\\n' "$@"
            case " $* " in
              *" serve "* | *" demo "*)
                echo serving
                cat >/dev/null
                ;;
            esac
            """;

    final Path root;
    final Map<String, String> environment = new HashMap<>();
    /** As what it is called. */
    Path called;

    private final Path home;
    private final Path java;

    LauncherFixture(Path directory) throws IOException {
        root = Files.createDirectories(directory.resolve("unpacked"));
        home = Files.createDirectories(directory.resolve("home"));
        java = directory.resolve("java");
        Files.createDirectories(root.resolve("bin"));
        Files.createDirectories(root.resolve("lib"));
        Files.copy(
                Path.of("..", "inference-proxy"),
                root.resolve("bin").resolve("inference-proxy"),
                StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(root.resolve("lib").resolve("inference-proxy.jar"), "a jar");
        Path machine = Files.createDirectories(java.resolve("bin")).resolve("java");
        Files.writeString(machine, JAVA);
        Files.setPosixFilePermissions(machine, PosixFilePermissions.fromString("rwxr-xr-x"));
        called = root.resolve("bin").resolve("inference-proxy");
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", home.toString());
        environment.put("JAVA_HOME", java.toString());
        environment.put("REHEARSALS", directory.resolve("rehearsals").toString());
        version("17.0.15");
    }

    LauncherFixture version(String version) throws IOException {
        Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"" + version + "\"\n");
        return this;
    }

    LauncherFixture jar(String content) throws IOException {
        Files.writeString(root.resolve("lib").resolve("inference-proxy.jar"), content);
        return this;
    }

    Path cache() {
        return home.resolve(".cache").resolve("inference-proxy");
    }

    /** The archives in a folder; none when there is no folder. */
    static List<Path> archives(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(jsa|aot)"))
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** How often an archive was to be made. */
    long rehearsals() throws IOException {
        Path told = Path.of(environment.getOrDefault("REHEARSALS", ""));
        return Files.exists(told) ? Files.readAllLines(told).size() : 0;
    }

    /**
     * What a command said.
     *
     * @param words with which it called Java
     * @param err what it wrote to standard error
     * @param code its exit code
     */
    record Told(List<String> words, String err, int code) {}

    /** A command that serves until it is told to end. */
    static final class Serving {
        private final Process process;
        private final List<String> words;

        private Serving(Process process) throws IOException {
            this.process = process;
            BufferedReader out = process.inputReader();
            this.words = Stream.iterate(line(out), word -> !word.equals("serving"), word -> line(out))
                    .toList();
        }

        private static String line(BufferedReader out) {
            try {
                String line = out.readLine();
                return line == null ? "serving" : line;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        List<String> words() {
            return words;
        }

        Told end() throws IOException {
            process.outputWriter().close();
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Told(words, err, process.onExit().join().exitValue());
        }
    }

    Serving serve() throws IOException {
        return new Serving(start("serve"));
    }

    /** Serves for as long as it takes until there is an archive. */
    Told serveUntilArchived() throws IOException {
        Serving serving = serve();
        await().pollInterval(Duration.ofMillis(20))
                .until(() -> !archives(cache()).isEmpty());
        return serving.end();
    }

    Told run(String... arguments) throws IOException {
        Process process = start(arguments);
        process.outputWriter().close();
        List<String> words = process.inputReader().lines().toList();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Told(words, err, process.onExit().join().exitValue());
    }

    private Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(called.toString()), Stream.of(arguments))
                .toList());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }
}
