package io.inferenceproxy.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** A part of the build: writes what is shipped beside the program and comes from its commands. */
final class Pages {

    private Pages() {}

    /** Writes the sources of the man pages, the completions and the example of a configuration into a folder. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        List<CommandSpec> shown = new ArrayList<>();
        collect(Cli.commands(new RootCommand(), Surroundings.ofProcess()), shown);
        ManPageGenerator.generateManPage(
                Files.createDirectories(folder.resolve("man")).toFile(),
                null,
                new boolean[0],
                false,
                shown.toArray(CommandSpec[]::new));
        completion(folder.resolve("completions/bash-completion/completions/inference-proxy"), "bash");
        completion(folder.resolve("completions/zsh/site-functions/_inference-proxy"), "zsh");
        Path etc = Files.createDirectories(folder.resolve("etc"));
        run(
                System.out,
                "config",
                "init",
                "--force",
                etc.resolve("inference-proxy.yaml").toString());
    }

    private static void collect(CommandLine command, List<CommandSpec> shown) {
        CommandSpec spec = command.getCommandSpec();
        if (!spec.usageMessage().hidden()) {
            shown.add(spec);
            command.getSubcommands().values().forEach(below -> collect(below, shown));
        }
    }

    private static void completion(Path target, String shell) throws IOException {
        Files.createDirectories(target.getParent());
        try (PrintStream out = new PrintStream(target.toFile(), StandardCharsets.UTF_8)) {
            run(out, "completion", shell);
        }
    }

    private static void run(PrintStream out, String... arguments) {
        Surroundings process = Surroundings.ofProcess();
        Surroundings quiet = new Surroundings(
                process.environment(),
                process.workingDirectory(),
                process.in(),
                out,
                process.err(),
                Terminals.NONE,
                process.passwords(),
                process.signals());
        if (Cli.run(quiet, arguments) != ExitCode.OK.number()) {
            throw new IllegalStateException(String.join(" ", arguments) + ": failed");
        }
    }
}
