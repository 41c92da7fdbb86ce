package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.ExternalIssuers;
import io.inferenceproxy.auth.TokenCheck;
import io.inferenceproxy.auth.TokenVerdict;
import io.inferenceproxy.auth.TokenVerifier;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.time.Ticker;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code token verify}: makes the checks that the proxy makes, and says which one failed. */
@Command(
        name = "verify",
        description =
                "Check a token as the proxy would, and say which check failed. It is sent nowhere; for one of an external"
                        + " issuer the issuer's keys are fetched.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy token verify \"$TOKEN\"",
            "  inference-proxy token --user alice | inference-proxy token verify -"
        })
final class TokenVerifyCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Parameters(
            arity = "0..1",
            paramLabel = "TOKEN",
            description = "The token; - or nothing: it is read from standard input.")
    private @Nullable String token;

    TokenVerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ProxyOptions loaded = ConfigMixin.require(config.load(surroundings, sources -> sources), surroundings);
        AuthOptions auth =
                NodeOptions.existing(loaded, config.state(surroundings)).auth();
        String text = Tokens.read(token, surroundings);
        TokenVerdict verdict = external(auth, text)
                .orElseGet(() -> new TokenVerifier(auth, Tokens.keys(auth), Ticker.system()).verify(text));
        for (TokenCheck check : verdict.passed()) {
            surroundings.say(padded(check) + "ok");
        }
        if (verdict instanceof TokenVerdict.Refused refused) {
            surroundings.say(padded(refused.check()) + "FAILED: " + refused.reason());
            throw new CommandFailure(
                    ExitCode.REJECTED, "token rejected: " + refused.check().label());
        }
        TokenVerdict.Accepted accepted = (TokenVerdict.Accepted) verdict;
        if (!accepted.caller().external()) {
            requireUnrevoked(loaded, accepted);
        }
        Caller.Identified caller = accepted.caller();
        surroundings
                .out()
                .println("accepted: " + caller.subject() + ", roles " + new TreeSet<>(caller.roles()) + ", scopes "
                        + new TreeSet<>(caller.scopes()) + ", until " + caller.expiry());
        return ExitCode.OK.number();
    }

    private void requireUnrevoked(ProxyOptions loaded, TokenVerdict.Accepted accepted) {
        new IdentityAccess(loaded, config.state(surroundings)).sessions((sessions, place) -> {
            if (sessions.revocations().isRevoked(accepted.mark())) {
                throw new CommandFailure(ExitCode.REJECTED, "token rejected: revoked");
            }
            return ExitCode.OK;
        });
    }

    private static Optional<TokenVerdict> external(AuthOptions auth, String text) {
        try {
            return ExternalIssuers.of(auth.issuers(), Set.of(), ForkJoinPool.commonPool(), Ticker.system())
                    .verifyNow(text);
        } catch (IllegalStateException silent) {
            throw new CommandFailure(ExitCode.REMOTE, String.valueOf(silent.getMessage()), silent);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong);
        } catch (UncheckedIOException unreadable) {
            throw new CommandFailure(ExitCode.LOCAL, String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    private static String padded(TokenCheck check) {
        return String.format("%-12s", check.label());
    }
}
