package io.inferenceproxy.cli;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * One of the archives, unpacked by a user whose home is empty, on a machine with the usual programs, and Java only where the
 * archive needs it.
 */
final class Unpacked {

    /** What the launcher, and whoever unpacks, may expect of any machine. */
    private static final List<String> PROGRAMS = List.of(
            "sh",
            "tar",
            "gzip",
            "cat",
            "find",
            "rm",
            "mv",
            "mkdir",
            "ls",
            "wc",
            "cksum",
            "stat",
            "sleep",
            "nproc",
            "renice",
            "readlink",
            "head",
            "sed");

    private final Path place;
    private final Optional<Path> java;
    private Path root;

    private Unpacked(Path place, Optional<Path> java) {
        this.place = place;
        this.java = java;
        this.root = place.resolve(System.getProperty("dist.unpacked"));
    }

    /** The archive that needs Java on the machine. */
    static Unpacked plain(Path place) throws Exception {
        return unpack("dist.plain", place, Optional.of(Path.of(System.getProperty("java.home"))));
    }

    /** The archive that brings its own Java; the machine has none. */
    static Unpacked withRuntime(Path place) throws Exception {
        return unpack("dist.runtime", place, Optional.empty());
    }

    private static Unpacked unpack(String archive, Path place, Optional<Path> java) throws Exception {
        Unpacked unpacked = new Unpacked(place, java);
        Files.createDirectories(unpacked.home());
        Path programs = Files.createDirectories(place.resolve("programs"));
        for (String program : PROGRAMS) {
            Path there = Stream.of("/usr/bin", "/bin", "/usr/sbin")
                    .map(folder -> Path.of(folder, program))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(program + ": not on this machine"));
            Path called = Files.writeString(programs.resolve(program), "#!/bin/sh\nexec " + there + " \"$@\"\n");
            Files.setPosixFilePermissions(called, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Ended ended = unpacked.run("tar", "xzf", System.getProperty(archive));
        if (ended.code() != 0) {
            throw new IOException(ended.err());
        }
        return unpacked;
    }

    Path root() {
        return root;
    }

    Path home() {
        return place.resolve("home");
    }

    /** The class-data archives of this user; none when there is no folder for them. */
    List<Path> classData() {
        Path folder = home().resolve(".cache").resolve("inference-proxy");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*-[1-9]\\d*\\.(jsa|aot)"))
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void moveTo(String name) throws IOException {
        root = Files.move(root, place.resolve(name));
    }

    /**
     * How a command ended.
     *
     * @param code the exit code
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    record Ended(int code, String out, String err) {}

    /** Runs the program to its end. */
    Ended inferenceProxy(String... arguments) throws Exception {
        return run(Stream.concat(Stream.of(program()), Stream.of(arguments)).toArray(String[]::new));
    }

    Ended run(String... command) throws Exception {
        Path err = Files.createTempFile(place, "err", ".txt");
        Process process = process(err, command);
        process.outputWriter().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, Files.readString(err));
    }

    /**
     * The proxy as a process.
     *
     * @param process the process
     * @param uri where it listens
     * @param err the file with what it wrote to standard error
     */
    record Serving(Process process, URI uri, Path err) implements AutoCloseable {

        /** Whether a file is mapped into its memory. */
        boolean maps(Path file) {
            try (Stream<String> maps = Files.lines(Path.of("/proc", Long.toString(process.pid()), "maps"))) {
                return maps.anyMatch(line -> line.endsWith(file.toString()));
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }

        /** The program that runs. */
        Path executable() throws IOException {
            return Path.of("/proc", Long.toString(process.pid()), "exe").toRealPath();
        }

        String says() {
            try {
                return Files.readString(err);
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }

        /** Asks it to end, and gives its exit code. */
        int end() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("still runs 30 s after SIGTERM");
            }
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** Serves in front of a service. */
    Serving serve(URI upstream) throws IOException {
        return ready(begin(upstream));
    }

    /** Begins to serve and does not wait for it to be ready. */
    Serving begin(URI upstream) throws IOException {
        Path err = Files.createTempFile(place, "err", ".txt");
        Process process = process(
                err,
                program(),
                "serve",
                "--upstream",
                upstream.toString(),
                "--port",
                "0",
                "--admin-port",
                "0",
                "--state-dir",
                Files.createTempDirectory(place, "state").toString(),
                "--set",
                "auth.secret=a secret of more than thirty-two bytes",
                "--set",
                "server.drain-delay=0s");
        return new Serving(process, upstream, err);
    }

    static Serving ready(Serving begun) throws IOException {
        BufferedReader out = begun.process().inputReader();
        String line = out.readLine();
        if (line == null) {
            throw new IOException("ended before it was ready: " + begun.says());
        }
        return new Serving(
                begun.process(),
                URI.create(JsonMapper.shared().readTree(line).get("uri").stringValue()),
                begun.err());
    }

    /** Serves until a class-data archive is there. */
    Path archived(URI upstream) throws Exception {
        try (Serving serving = serve(upstream)) {
            await().atMost(Duration.ofMinutes(2)).until(() -> !classData().isEmpty());
            serving.end();
        }
        return classData().get(0);
    }

    private String program() {
        return root.resolve("bin/inference-proxy").toString();
    }

    private Process process(Path err, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(place.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", place.resolve("programs").toString(), "HOME", home().toString()));
        java.ifPresent(there -> builder.environment().put("JAVA_HOME", there.toString()));
        return builder.redirectError(err.toFile()).start();
    }
}
