package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.AuditOptions;
import io.inferenceproxy.auth.UsersFileEditor;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which file of users the {@code users} commands change. */
final class UsersMixin {

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Option(
            names = "--users",
            paramLabel = "FILE",
            description = "The file of users (auth.users-file; default: users.yaml in the state directory).")
    private @Nullable String users;

    private AuditOptions audit = AuditOptions.DEFAULT;

    /** Something done with the file. */
    @FunctionalInterface
    interface Work<T> {
        T with(UsersFileEditor editor, Path file) throws IOException;
    }

    /**
     * Does it.
     *
     * @throws CommandFailure when the file is wrong or cannot be read or written
     */
    <T> T edit(Surroundings surroundings, Work<T> work) {
        ProxyOptions options = ConfigMixin.require(
                config.load(
                        surroundings,
                        sources -> users == null ? sources : sources.withFlag("--users", "auth.users-file", users)),
                surroundings);
        audit = options.audit();
        Path file = options.auth()
                .usersFile()
                .orElseGet(() -> config.state(surroundings).open().usersFile());
        try {
            return work.with(new UsersFileEditor(file), file);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong);
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.LOCAL, "users file " + file + ": cannot be used, " + failed, failed);
        }
    }

    /** Puts what was done into the audit trail. */
    void record(AuditKind kind, String name) {
        CommandAudit.record(audit, kind, name);
    }
}
