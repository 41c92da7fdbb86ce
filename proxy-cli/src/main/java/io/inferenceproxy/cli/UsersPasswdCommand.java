package io.inferenceproxy.cli;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.units.Secret;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code users passwd}. */
@Command(
        name = "passwd",
        description = "Give a user another password, asked for twice, and end their sessions and tokens.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy users passwd alice",
            "  echo \"$PASSWORD\" | inference-proxy users passwd alice --password-stdin"
        })
final class UsersPasswdCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final UsersMixin users = new UsersMixin();

    @Parameters(paramLabel = "NAME", description = "The exact name.")
    private String name = "";

    @Option(names = "--password-stdin", description = "Take the first line of standard input as the password.")
    private boolean fromInput;

    UsersPasswdCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        return users.edit(surroundings, (editor, file) -> {
            Secret password = NewPassword.read(surroundings, fromInput, name);
            if (!editor.passwd(name, password)) {
                throw new CommandFailure(ExitCode.USAGE, "user: " + name + " is not in " + file);
            }
            users.revoke(surroundings, name);
            users.record(surroundings, AuditKind.USER_CHANGED, name);
            surroundings.say("changed the password of " + name + " in " + file);
            return ExitCode.OK;
        });
    }
}
