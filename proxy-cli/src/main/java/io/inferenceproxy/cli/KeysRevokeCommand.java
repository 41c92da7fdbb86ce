package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.audit.AuditKind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keys revoke}. */
@Command(
        name = "revoke",
        description =
                "End a key for good, and the tokens that were got with it; a running proxy knows within 10 seconds.",
        footerHeading = "%nExamples:%n",
        footer = "  inference-proxy keys revoke 7bQ2xkR9mVtE")
final class KeysRevokeCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final KeysMixin keys = new KeysMixin();

    @Parameters(paramLabel = "ID", description = "The identifier of the key.")
    private String id = "";

    KeysRevokeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ProxyOptions options = keys.options(surroundings);
        return keys.edit(surroundings, options, (store, file) -> {
            if (!store.remove(id)) {
                throw KeysMixin.unknown(id, file);
            }
            keys.endTokens(surroundings, options, id);
            KeysMixin.record(options, AuditKind.KEY_REVOKED, id);
            surroundings.say("revoked " + id);
            return ExitCode.OK;
        });
    }
}
