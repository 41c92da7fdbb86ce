package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.auth.IssuedKey;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Durations;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keys rotate}. */
@Command(
        name = "rotate",
        description = "Give a key another secret and print the whole key, and nothing else, on standard output."
                + " The old secret is good for a while yet, so that programs can be changed over.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  KEY=$(inference-proxy keys rotate 7bQ2xkR9mVtE)",
            "  inference-proxy keys rotate 7bQ2xkR9mVtE --grace 0s"
        })
final class KeysRotateCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final KeysMixin keys = new KeysMixin();

    @Parameters(paramLabel = "ID", description = "The identifier of the key.")
    private String id = "";

    @Option(
            names = "--grace",
            paramLabel = "DURATION",
            description = "How long the old secret is good yet, 0s to end it now, and the tokens that were got with it"
                    + " (default: 24h).")
    private String grace = "24h";

    KeysRotateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Duration left = grace();
        ProxyOptions options = keys.options(surroundings);
        return keys.edit(surroundings, options, (store, file) -> {
            IssuedKey issued = new KeyIssuer(store, Ticker.system())
                    .rotate(id, left)
                    .orElseThrow(() -> KeysMixin.unknown(id, file));
            if (issued.endsSecret()) {
                keys.endPresentTokens(surroundings, options, id);
            }
            KeysMixin.record(options, AuditKind.KEY_CHANGED, id);
            surroundings.out().println(issued.text().reveal());
            surroundings.say(
                    left.isZero()
                            ? "the old secret of " + id + " has ended"
                            : "the old secret of " + id + " ends in " + Durations.format(left)
                                    + (issued.endsSecret()
                                            ? "; the one before it has ended, and all tokens that were got with the key"
                                            : ""));
            return ExitCode.OK;
        });
    }

    private Duration grace() {
        try {
            return Durations.parse(grace);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(ExitCode.USAGE, "--grace: " + wrong.getMessage(), wrong);
        }
    }
}
