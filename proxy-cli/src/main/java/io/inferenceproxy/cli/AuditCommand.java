package io.inferenceproxy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code audit}: the trail of what was done with identities. */
@Command(
        name = "audit",
        description = "Look at the audit trail (audit.file).",
        synopsisSubcommandLabel = "<command>",
        footerHeading = "%nExamples:%n",
        footer = "  inference-proxy audit verify")
final class AuditCommand implements Runnable {

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        throw RootCommand.NoSubcommand.of(spec);
    }
}
