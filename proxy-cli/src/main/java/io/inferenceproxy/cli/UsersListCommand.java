package io.inferenceproxy.cli;

import io.inferenceproxy.auth.User;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code users list}: names and roles, never a hash. */
@Command(
        name = "list",
        description = "List users, their roles and whether they may log in, in columns parted by two or more spaces.",
        footerHeading = "%nExamples:%n",
        footer = "  inference-proxy users list")
final class UsersListCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final UsersMixin users = new UsersMixin();

    UsersListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        return users.edit(surroundings, (editor, file) -> {
            List<User> all = editor.list();
            int width =
                    all.stream().mapToInt(user -> user.name().length()).max().orElse(0);
            for (User user : all) {
                String roles = user.roles().isEmpty() ? "-" : String.join(",", new TreeSet<>(user.roles()));
                surroundings
                        .out()
                        .println(user.name() + " ".repeat(width - user.name().length() + 2) + roles + "  "
                                + (user.enabled() ? "enabled" : "disabled"));
            }
            if (all.isEmpty()) {
                surroundings.say("no users in " + file);
            }
            return ExitCode.OK;
        });
    }
}
