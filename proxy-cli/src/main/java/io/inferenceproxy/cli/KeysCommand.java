package io.inferenceproxy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keys}: the keys that the proxy keeps. */
@Command(
        name = "keys",
        description = "Keep the keys of the proxy.",
        synopsisSubcommandLabel = "<command>",
        footerHeading = "%nExamples:%n",
        footer = {"  inference-proxy keys signing generate --alg ES256", "  inference-proxy keys signing rotate"})
final class KeysCommand implements Runnable {

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        throw RootCommand.NoSubcommand.of(spec);
    }
}
