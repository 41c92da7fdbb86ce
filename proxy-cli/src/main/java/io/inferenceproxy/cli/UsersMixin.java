package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.UsersFileEditor;
import io.inferenceproxy.time.Ticker;
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

    private @Nullable ProxyOptions options;

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
        AuthOptions auth = options(surroundings).auth();
        Path file = auth.usersFile()
                .orElseGet(() -> config.state(surroundings).open().usersFile());
        try {
            return work.with(new UsersFileEditor(file, auth.passwords()), file);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong);
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.LOCAL, "users file " + file + ": cannot be used, " + failed, failed);
        }
    }

    /** Puts what was done into the audit trail. */
    void record(Surroundings surroundings, AuditKind kind, String name) {
        CommandAudit.record(options(surroundings).audit(), kind, name);
    }

    /** Ends all that the user has got until now: who knew the old password may have some of it. */
    void revoke(Surroundings surroundings, String name) {
        SessionsAccess.with(options(surroundings).auth(), config.state(surroundings), sessions -> {
            sessions.revokeUser(name, Ticker.system().now());
            return ExitCode.OK.number();
        });
    }

    private ProxyOptions options(Surroundings surroundings) {
        ProxyOptions known = options;
        if (known == null) {
            known = loaded(surroundings);
            options = known; // its warnings are said once
        }
        return known;
    }

    private ProxyOptions loaded(Surroundings surroundings) {
        return ConfigMixin.require(
                config.load(
                        surroundings,
                        sources -> users == null ? sources : sources.withFlag("--users", "auth.users-file", users)),
                surroundings);
    }
}
