package io.inferenceproxy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code users}: those who may log in with a password. */
@Command(
        name = "users",
        description = "Keep the users who may log in with a password (POST /api/login).",
        synopsisSubcommandLabel = "<command>",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy users add alice",
            "  echo \"$PASSWORD\" | inference-proxy users add bob --role researcher --password-stdin",
            "  inference-proxy users list"
        })
final class UsersCommand implements Runnable {

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        throw RootCommand.NoSubcommand.of(spec);
    }
}
