package io.inferenceproxy.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A place of its own to run commands in: a working directory, variables, streams, and a signal that the test gives. */
final class CliFixture {

    final Path directory;
    final Map<String, String> environment = new HashMap<>();
    final Deque<String> passwords = new ArrayDeque<>();
    final CompletableFuture<Void> signal = new CompletableFuture<>();
    Terminals terminals = Terminals.NONE;
    String input = "";

    /**
     * How a command ended.
     *
     * @param code the exit code
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    record Result(int code, String out, String err) {}

    /** A command that serves. */
    static final class Serving {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final CompletableFuture<Integer> code = new CompletableFuture<>();

        String out() {
            return out.toString(StandardCharsets.UTF_8);
        }

        String err() {
            return err.toString(StandardCharsets.UTF_8);
        }

        boolean isOver() {
            return code.isDone();
        }

        int code() {
            return code.join();
        }
    }

    CliFixture(Path directory) {
        this.directory = directory;
        environment.put("HOME", directory.resolve("home").toString());
        environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
    }

    Path state() {
        return directory.resolve("state").resolve("inference-proxy");
    }

    CliFixture file(String name, String text) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Result run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Cli.run(surroundings(out, err), args);
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Runs a command on a thread of its own, until {@link #signal} is completed. */
    Serving serve(String... args) {
        Serving serving = new Serving();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        thread.execute(() -> {
            try {
                serving.code.complete(Cli.run(surroundings(serving.out, serving.err), args));
            } catch (RuntimeException | Error failed) {
                serving.code.completeExceptionally(failed);
            }
        });
        thread.shutdown();
        return serving;
    }

    Surroundings surroundings(ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return new Surroundings(
                environment,
                directory,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminals,
                question -> Optional.ofNullable(passwords.poll()),
                () -> signal);
    }

    /** The names of all commands, each with those above it. */
    static List<List<String>> commands() {
        return List.of(
                List.of(),
                List.of("serve"),
                List.of("demo"),
                List.of("token"),
                List.of("token", "verify"),
                List.of("token", "inspect"),
                List.of("token", "revoke"),
                List.of("config"),
                List.of("config", "why"),
                List.of("config", "schema"),
                List.of("config", "init"),
                List.of("validate"),
                List.of("users"),
                List.of("users", "add"),
                List.of("users", "list"),
                List.of("users", "remove"),
                List.of("users", "passwd"),
                List.of("keys"),
                List.of("keys", "signing"),
                List.of("keys", "signing", "generate"),
                List.of("keys", "signing", "rotate"),
                List.of("keys", "create"),
                List.of("keys", "list"),
                List.of("keys", "rotate"),
                List.of("keys", "revoke"),
                List.of("health"),
                List.of("completion"));
    }
}
