package io.inferenceproxy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keys}: API keys, for programs, and the keys that sign tokens. */
@Command(
        name = "keys",
        description =
                "Keep the API keys that programs send as Authorization: Bearer ipx_... or X-API-Key, and the keys that sign"
                        + " tokens.",
        synopsisSubcommandLabel = "<command>",
        footerHeading = "%nExamples:%n",
        footer = {
            "  KEY=$(inference-proxy keys create --user nightly-job --ttl 90d)",
            "  inference-proxy keys list",
            "  KEY=$(inference-proxy keys rotate 7bQ2xkR9mVtE --grace 24h)",
            "  inference-proxy keys revoke 7bQ2xkR9mVtE",
            "  inference-proxy keys signing rotate"
        })
final class KeysCommand implements Runnable {

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        throw RootCommand.NoSubcommand.of(spec);
    }
}
