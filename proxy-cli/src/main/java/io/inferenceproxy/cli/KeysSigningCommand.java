package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.auth.SigningKeysEditor;
import io.inferenceproxy.auth.TokenAlgorithm;
import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keys signing}: the keys that sign our own tokens; a running {@code serve} takes a change within seconds. */
@Command(
        name = "signing",
        description = "Keep the keys that sign tokens, in a set that serve reads again when it changes.",
        synopsisSubcommandLabel = "<command>",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy keys signing generate --alg ES256",
            "  inference-proxy keys signing rotate",
            "  inference-proxy serve --set auth.algorithms=ES256"
        })
final class KeysSigningCommand implements Runnable {

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public void run() {
        throw RootCommand.NoSubcommand.of(spec);
    }

    /** The command with those below it. */
    static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new KeysSigningCommand())
                .addSubcommand(new Generate(surroundings))
                .addSubcommand(new Rotate(surroundings));
    }

    private static TokenAlgorithm algorithm(String name) {
        try {
            return TokenAlgorithm.parse(name);
        } catch (IllegalArgumentException unknown) {
            throw new CommandFailure(ExitCode.USAGE, "--alg: " + unknown.getMessage(), unknown);
        }
    }

    /** Which file, and what is done with it. */
    static final class File {

        @Mixin
        private final ConfigMixin config = new ConfigMixin();

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "The file of keys (auth.key-file; default: signing-keys.json in the state directory).")
        private @Nullable Path file;

        /** Something done with the file; its result is the name of a key. */
        @FunctionalInterface
        interface Work {
            String with(SigningKeysEditor editor) throws IOException;
        }

        /** Does it; prints the name of the key on standard output and says the rest. */
        int edit(Surroundings surroundings, String said, Work work) {
            ProxyOptions options = ConfigMixin.require(config.load(surroundings, sources -> sources), surroundings);
            Path chosen = Optional.ofNullable(file)
                    .map(surroundings.workingDirectory()::resolve)
                    .or(() -> options.auth().keyFile())
                    .orElseGet(() -> config.state(surroundings).open().signingKeysFile());
            try {
                String key = work.with(new SigningKeysEditor(chosen, Ticker.system()));
                CommandAudit.record(options.audit(), AuditKind.SIGNING_KEY_CHANGED, key);
                surroundings.out().println(key);
                surroundings.say(said + " in " + chosen);
                return ExitCode.OK.number();
            } catch (IllegalArgumentException wrong) {
                throw new CommandFailure(
                        ExitCode.CONFIGURATION, "key file " + chosen + ": " + wrong.getMessage(), wrong);
            } catch (IOException failed) {
                throw new CommandFailure(ExitCode.LOCAL, "key file " + chosen + ": cannot be used, " + failed, failed);
            }
        }
    }

    /** {@code keys signing generate}. */
    @Command(
            name = "generate",
            description =
                    "Make a key and print its name. The first of its algorithm signs; a further one verifies, until"
                            + " rotate has it sign.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  inference-proxy keys signing generate --alg ES256",
                "  inference-proxy keys signing generate --alg Ed25519 --file keys.json"
            })
    static final class Generate implements Callable<Integer> {

        private final Surroundings surroundings;

        @Mixin
        private final File file = new File();

        @Option(
                names = "--alg",
                paramLabel = "ALGORITHM",
                description = "HS256, RS256, ES256, Ed25519 or another (default: ES256).")
        private String algorithm = "ES256";

        Generate(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            TokenAlgorithm chosen = algorithm(algorithm);
            return file.edit(surroundings, "made a key of " + chosen, editor -> editor.generate(chosen));
        }
    }

    /** {@code keys signing rotate}. */
    @Command(
            name = "rotate",
            description =
                    "Have the next key sign and print its name; a fresh one, where none was made ahead. The others go"
                            + " on verifying.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  inference-proxy keys signing rotate",
                "  inference-proxy keys signing rotate --keep 0      # all tokens signed before end at once"
            })
    static final class Rotate implements Callable<Integer> {

        private static final int MOST_KEPT = 20;

        private final Surroundings surroundings;

        @Mixin
        private final File file = new File();

        @Option(
                names = "--alg",
                paramLabel = "ALGORITHM",
                description = "Whose keys (default: those of the first key in the file).")
        private @Nullable String algorithm;

        @Option(
                names = "--keep",
                paramLabel = "N",
                description = "How many of those that have signed go on verifying (default: 2).")
        private int keep = 2;

        Rotate(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            if (keep < 0 || keep > MOST_KEPT) {
                throw new CommandFailure(ExitCode.USAGE, "--keep: " + keep + " (expected: 0 to " + MOST_KEPT + ")");
            }
            Optional<TokenAlgorithm> chosen = Optional.ofNullable(algorithm).map(KeysSigningCommand::algorithm);
            return file.edit(surroundings, "another key signs now", editor -> editor.rotate(chosen, keep));
        }
    }
}
