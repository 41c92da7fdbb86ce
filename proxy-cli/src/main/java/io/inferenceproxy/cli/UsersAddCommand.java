package io.inferenceproxy.cli;

import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.units.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code users add}. */
@Command(
        name = "add",
        description = "Add a user; the password is asked for, twice.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy users add alice --role researcher",
            "  echo \"$PASSWORD\" | inference-proxy users add bob --password-stdin"
        })
final class UsersAddCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final UsersMixin users = new UsersMixin();

    @Parameters(paramLabel = "NAME", description = "The exact name.")
    private String name = "";

    @Option(names = "--role", paramLabel = "ROLE", description = "A role of the user; repeatable.")
    private List<String> roles = new ArrayList<>();

    @Option(names = "--password-stdin", description = "Take the first line of standard input as the password.")
    private boolean fromInput;

    UsersAddCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        return users.edit(surroundings, (editor, file) -> {
            if (editor.has(name)) {
                throw taken();
            }
            Secret password = NewPassword.read(surroundings, fromInput, name);
            if (!editor.add(name, password, Words.of(roles, ","))) {
                throw taken();
            }
            users.record(surroundings, AuditKind.USER_ADDED, name);
            surroundings.say("added " + name + " to " + file);
            return ExitCode.OK;
        });
    }

    private CommandFailure taken() {
        return new CommandFailure(
                ExitCode.USAGE,
                "user: " + name + " is there already (expected: a new name; users passwd changes a password)");
    }
}
