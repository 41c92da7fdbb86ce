package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.auth.KeyTokens;
import io.inferenceproxy.auth.UserKeys;
import io.inferenceproxy.auth.UsersEditor;
import io.inferenceproxy.time.Ticker;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which users the {@code users} commands change. */
final class UsersMixin {

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Option(
            names = "--users",
            paramLabel = "FILE",
            description =
                    "The file of users (auth.users-file; default: the database, else users.yaml in the state directory).")
    private @Nullable String users;

    private @Nullable ProxyOptions options;

    /** Something done with the users. */
    @FunctionalInterface
    interface Work {
        /**
         * Does it.
         *
         * @param place where they are, for people
         */
        ExitCode with(UsersEditor editor, String place);
    }

    /**
     * Does it.
     *
     * @throws CommandFailure when the place is wrong, or cannot be read or written
     */
    int edit(Surroundings surroundings, Work work) {
        return access(surroundings)
                .users((store, place) -> work.with(
                        new UsersEditor(store, options(surroundings).auth().passwords()), place));
    }

    /** Puts what was done into the audit trail. */
    void record(Surroundings surroundings, AuditKind kind, String name) {
        CommandAudit.record(options(surroundings).audit(), kind, name);
    }

    /** Ends all that the user has got until now: who knew the old password may have some of it. */
    void revoke(Surroundings surroundings, String name) {
        access(surroundings).sessions((sessions, place) -> {
            sessions.revokeUser(name, Ticker.system().now());
            return ExitCode.OK;
        });
    }

    /** Disables the keys of a user who is about to be removed. */
    void disableKeys(Surroundings surroundings, String name) {
        access(surroundings).keys((keys, place) -> {
            access(surroundings).sessions((sessions, same) -> {
                KeyTokens tokens =
                        new KeyTokens(sessions, options(surroundings).auth().tokenTtl(), Ticker.system());
                int disabled = new UserKeys(keys, tokens).disable(name);
                if (disabled > 0) {
                    surroundings.say("disabled " + disabled + (disabled == 1 ? " key of " : " keys of ") + name);
                }
                return ExitCode.OK;
            });
            return ExitCode.OK;
        });
    }

    private IdentityAccess access(Surroundings surroundings) {
        return new IdentityAccess(options(surroundings), config.state(surroundings));
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
