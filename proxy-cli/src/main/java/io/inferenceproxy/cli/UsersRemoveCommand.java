package io.inferenceproxy.cli;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.auth.UserDirectory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code users remove}. */
@Command(
        name = "remove",
        description = "Remove a user, end their sessions and tokens, and disable their API keys;"
                + " a running proxy knows within 10 seconds.",
        footerHeading = "%nExamples:%n",
        footer = "  inference-proxy users remove alice")
final class UsersRemoveCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final UsersMixin users = new UsersMixin();

    @Parameters(paramLabel = "NAME", description = "The exact name.")
    private String name = "";

    UsersRemoveCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        return users.edit(surroundings, (editor, file) -> {
            UserDirectory.Outcome outcome = editor.disable(name) // what is left when it fails halfway
                    .orElseThrow(() -> new CommandFailure(ExitCode.USAGE, "user: " + name + " is not in " + file));
            if (outcome == UserDirectory.Outcome.LAST_ADMIN) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "user: " + name + " is the last enabled one with the role admin (expected: another one first)");
            }
            users.disableKeys(surroundings, name);
            editor.remove(name);
            users.revoke(surroundings, name);
            users.record(surroundings, AuditKind.USER_REMOVED, name);
            surroundings.say("removed " + name + " from " + file);
            return ExitCode.OK;
        });
    }
}
