package io.inferenceproxy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code limits}: how much callers may. */
@Command(
        name = "limits",
        description = "Try limits out.",
        synopsisSubcommandLabel = "<command>",
        footerHeading = "%nExamples:%n",
        footer = "  inference-proxy limits simulate --log access.jsonl --limit \"30 per minute\"")
final class LimitsCommand implements Runnable {

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        throw RootCommand.NoSubcommand.of(spec);
    }
}
