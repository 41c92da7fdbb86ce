package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.TokenAlgorithm;
import io.inferenceproxy.limit.JournalOptions;
import java.nio.file.Files;
import java.util.Optional;

/** Fills in what a single node keeps in its state directory: the made secret, what callers were charged, and the files of users, keys and sessions. */
final class NodeOptions {

    private NodeOptions() {}

    /** Makes the secret when none is configured and none is there, and says so. */
    static ProxyOptions complete(ProxyOptions options, StateDirectory state, Surroundings surroundings) {
        AuthOptions auth = options.auth();
        if (needsSecret(auth)) {
            if (options.database().isOn() || options.redis().isOn()) {
                String key = options.database().isOn() ? "database.url" : "redis.url";
                throw new CommandFailure(
                        ExitCode.CONFIGURATION,
                        "auth.secret: not set (expected: one, since " + key
                                + " is for several processes, and each would"
                                + " make another; openssl rand -base64 32 makes a good one)");
            }
            MadeSecret made = state.secret();
            if (made.isNew()) {
                surroundings.say("no auth.secret is configured: made one, kept in " + made.file()
                        + " and shared by serve and token");
            }
            auth = auth.withSecret(made.secret());
        }
        JournalOptions journal = options.limitsJournal();
        return options.withAuth(withSigningKeys(withFiles(auth, state), state))
                .withLimitsJournal(journal.withFile(journal.file().or(() -> Optional.of(state.limitsJournal()))));
    }

    /**
     * The same without making anything.
     *
     * @throws CommandFailure when there is no secret
     */
    static ProxyOptions existing(ProxyOptions options, StateDirectory state) {
        AuthOptions auth = options.auth();
        if (needsSecret(auth)) {
            auth = auth.withSecret(state.existingSecret()
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.CONFIGURATION,
                            "auth.secret: not set, and none was made in " + state.path()
                                    + " yet (expected: the secret that tokens are signed with)")));
        }
        return options.withAuth(withSigningKeys(withFiles(auth, state), state));
    }

    /** Whether the secret will be a made one. */
    static boolean needsSecret(AuthOptions auth) {
        return auth.secret().isEmpty() && auth.algorithms().stream().anyMatch(TokenAlgorithm::isSymmetric);
    }

    /** With the keys that {@code keys signing generate} made here, when no others are named. */
    static AuthOptions withSigningKeys(AuthOptions auth, StateDirectory state) {
        boolean made = auth.keyFile().isEmpty() && Files.exists(state.signingKeysFile());
        return made ? auth.withKeyFile(state.signingKeysFile()) : auth;
    }

    private static AuthOptions withFiles(AuthOptions auth, StateDirectory state) {
        return auth.withUsersFile(auth.usersFile().or(() -> Optional.of(state.usersFile())))
                .withKeysFile(auth.keysFile().or(() -> Optional.of(state.keysFile())))
                .withSessions(
                        auth.sessions().withFile(auth.sessions().file().or(() -> Optional.of(state.sessionsFile()))));
    }
}
