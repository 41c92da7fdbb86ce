package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.SessionStore;
import io.inferenceproxy.auth.TokenMark;
import io.inferenceproxy.auth.TokenVerdict;
import io.inferenceproxy.auth.TokenVerifier;
import io.inferenceproxy.time.Ticker;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code token revoke}. */
@Command(
        name = "revoke",
        description = {
            "End a token and all that came from the same login; or all that a user, or everyone, got until now.",
            "A running proxy knows within 10 seconds. Users may log in again; API keys are not touched."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy token revoke \"$TOKEN\"",
            "  inference-proxy token revoke --user alice",
            "  inference-proxy token revoke --all"
        })
final class TokenRevokeCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Parameters(
            arity = "0..1",
            paramLabel = "TOKEN",
            description = "The token; - or nothing: it is read from standard input.")
    private @Nullable String token;

    @Option(names = "--user", paramLabel = "NAME", description = "All tokens and sessions of a user.")
    private @Nullable String user;

    @Option(names = "--all", description = "All tokens and sessions of everyone.")
    private boolean all;

    TokenRevokeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if ((token == null ? 0 : 1) + (user == null ? 0 : 1) + (all ? 1 : 0) > 1) {
            throw new CommandFailure(
                    ExitCode.USAGE, "token: more than one thing to revoke (expected: TOKEN, --user or --all)");
        }
        ProxyOptions loaded = ConfigMixin.require(config.load(surroundings, sources -> sources), surroundings);
        StateDirectory state = config.state(surroundings);
        if (all || user != null) {
            return new IdentityAccess(loaded, state).sessions((sessions, place) -> revokeMany(sessions, loaded));
        }
        AuthOptions auth = NodeOptions.existing(loaded, state).auth();
        TokenVerdict verdict =
                new TokenVerifier(auth, Tokens.keys(auth), Ticker.system()).verify(Tokens.read(token, surroundings));
        if (!(verdict instanceof TokenVerdict.Accepted accepted)) {
            throw new CommandFailure(
                    ExitCode.REJECTED,
                    "token rejected: "
                            + ((TokenVerdict.Refused) verdict).check().label()
                            + " (expected: a good one; of others there is nothing to revoke)");
        }
        return new IdentityAccess(loaded, state)
                .sessions((sessions, place) -> revokeOne(sessions, accepted.mark(), loaded));
    }

    private ExitCode revokeOne(SessionStore sessions, TokenMark mark, ProxyOptions loaded) {
        if (mark.session().isEmpty()) {
            sessions.revokeToken(mark.id(), mark.expiry());
        } else {
            sessions.end(mark.session(), mark.expiry());
        }
        CommandAudit.record(loaded.audit(), AuditKind.REVOCATION, mark.subject());
        surroundings.say("revoked the token of " + mark.subject()
                + (mark.session().isEmpty() ? "" : ", and all that came from the same login"));
        return ExitCode.OK;
    }

    private ExitCode revokeMany(SessionStore sessions, ProxyOptions loaded) {
        if (user == null) {
            sessions.revokeAll(Ticker.system().now());
            CommandAudit.record(loaded.audit(), AuditKind.REVOCATION, "everybody");
            surroundings.say("revoked all tokens and sessions until now");
        } else {
            sessions.revokeUser(user, Ticker.system().now());
            CommandAudit.record(loaded.audit(), AuditKind.REVOCATION, user);
            surroundings.say("revoked all tokens and sessions of " + user + " until now");
        }
        return ExitCode.OK;
    }
}
