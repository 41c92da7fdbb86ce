package io.inferenceproxy.cli.manual;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged program, run in a directory of its own. */
public final class Jar {

    private static final Pattern ADDRESS = Pattern.compile("https?://127\\.0\\.0\\.1:(\\d+)");

    private final Path directory;
    private int started;

    /** @param directory where it runs and keeps its state */
    public Jar(Path directory) {
        this.directory = directory;
    }

    /**
     * A command that goes on until it is closed.
     *
     * @param process that runs it
     * @param log the file with all that it printed to standard output
     */
    public record Serving(Process process, Path log) implements AutoCloseable {

        /** The port on which it listens. */
        public int port() {
            Matcher address = ADDRESS.matcher(printed());
            if (!address.find()) {
                throw new IllegalStateException("no address in: " + printed());
            }
            return Integer.parseInt(address.group(1));
        }

        /** What it printed so far. */
        public String printed() {
            try {
                return Files.readString(log, StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "";
            }
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("still runs 20 s after SIGTERM: " + printed());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /** Starts {@code demo} or {@code serve} and waits until it listens. */
    public Serving serve(List<String> arguments) throws IOException {
        Path log = directory.resolve("serving-" + ++started + ".txt");
        Process process = builder(arguments)
                .redirectOutput(log.toFile())
                .redirectError(
                        directory.resolve("serving-" + started + "-err.txt").toFile())
                .start();
        Serving serving = new Serving(process, log);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ADDRESS.matcher(serving.printed()).find()
                                && serving.printed().endsWith("\n")
                        || !process.isAlive());
        return serving;
    }

    /** Runs a command to its end; what it printed to standard output. */
    public String run(List<String> arguments, String input) throws IOException {
        Process process = builder(arguments)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var in = process.outputWriter()) {
            in.write(input);
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", arguments) + ": exit code " + process.exitValue());
        }
        return printed;
    }

    /** The words of a command line that runs the program. */
    public List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                System.getProperty("inference-proxy.jar")));
        command.addAll(arguments);
        return command;
    }

    private ProcessBuilder builder(List<String> arguments) {
        return prepare(new ProcessBuilder(command(arguments)));
    }

    /** Makes a process run in the directory, with the state in it and no variable that could steer the program. */
    ProcessBuilder prepare(ProcessBuilder builder) {
        builder.directory(directory.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("INFERENCE_PROXY") || name.equals("JWT_SECRET_KEY"));
        builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
        return builder;
    }
}
