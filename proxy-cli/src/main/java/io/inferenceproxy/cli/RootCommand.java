package io.inferenceproxy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code inference-proxy} itself; alone it is a mistake, since it does nothing. */
@Command(
        name = RootCommand.NAME,
        versionProvider = ProgramVersion.class,
        description = "Stands in front of an HTTP inference service: callers sign in, are held to their limits,"
                + " and have their requests checked.",
        synopsisSubcommandLabel = "<command>",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy demo",
            "  inference-proxy serve --upstream http://127.0.0.1:8000/predict",
            "  inference-proxy token --user alice",
            "  inference-proxy config"
        })
final class RootCommand implements Runnable {

    /** The name of the program. */
    static final String NAME = "inference-proxy";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and end.")
    boolean help;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show where in the program a failure came from.")
    boolean verbose;

    @Option(names = "--version", versionHelp = true, description = "Show the version and end.")
    boolean version;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        throw NoSubcommand.of(spec);
    }

    /** The mistake of naming a group of commands and none of them. */
    static final class NoSubcommand {
        private NoSubcommand() {}

        static RuntimeException of(@Nullable CommandSpec spec) {
            if (spec == null) {
                return new IllegalStateException("command: not set up");
            }
            return new ParameterException(
                    spec.commandLine(),
                    "no command given (expected: one of "
                            + String.join(", ", spec.subcommands().keySet()) + ")");
        }
    }
}
