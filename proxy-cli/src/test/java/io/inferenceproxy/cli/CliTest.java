package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CliTest {

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
    }

    static List<List<String>> commands() {
        return CliFixture.commands();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithExamplesAndExitCodesOnStandardOutput(List<String> command) {
        List<String> args = new ArrayList<>(command);
        args.add("--help");

        CliFixture.Result help = cli.run(args.toArray(String[]::new));

        assertThat(help.code()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out())
                .startsWith("Usage: inference-proxy")
                .contains("Examples:", "Exit codes:", "  6   token rejected", "--verbose");
    }

    @Test
    void helpOfTheCommandThatWritesTheLogToStandardOutputSaysSo() {
        assertThat(cli.run("serve", "--help").out()).contains("standard output").doesNotContain("--once");
    }

    @Test
    void theVersionIsAResult() {
        CliFixture.Result version = cli.run("--version");

        assertThat(version).isEqualTo(new CliFixture.Result(0, "inference-proxy development\n", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "serve --prot 1,--prot: unknown option (did you mean \"--port\"?)",
        "serve --upstraem=http://secret,--upstraem: unknown option (did you mean \"--upstream\"?)",
        "serve --retry,--retry: unknown option",
        "sevre,sevre: unknown command (did you mean \"serve\"?)",
        "token verfy,verfy: unknown command (did you mean \"verify\"?)",
        "token verify a b,b: one argument too many",
        "users ad alice,ad: unknown command (did you mean \"add\"?)",
        "users,'no command given (expected: one of add, list, remove, passwd)'",
        "keyz,keyz: unknown command",
        "keys,'no command given (expected: one of create, list, rotate, revoke, signing)'",
        "keys create,--user: missing",
        "config --format tetx,Invalid value for option '--format'",
        "completion fish,Invalid value for positional parameter",
        "token,--user: missing",
        "users add,Missing required parameter: 'NAME'",
    })
    void aMistakeInTheCommandLineNamesItAndWhatWasProbablyMeant(String line, String message) {
        CliFixture.Result result = cli.run(line.split(" "));

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("error: ").contains(message).doesNotContain("secret", "\tat ");
    }

    @Test
    void withoutACommandTheCommandsAreNamed() {
        CliFixture.Result result = cli.run();

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("serve, demo, token").contains("see: inference-proxy --help");
    }

    @Test
    void aStackTraceIsShownOnRequestOnly() {
        assertThat(cli.run("token", "--user", "alice", "--ttl", "soon", "--verbose")
                        .err())
                .contains("error: duration: soon", "\tat ");
    }

    @Test
    void errorsAreColouredOnATerminal() {
        cli.terminals = new Terminals(true, true, true);

        assertThat(cli.run("token").err()).contains("\u001b[31merror:");
    }

    @Test
    void noColorIsHeeded() {
        cli.terminals = new Terminals(true, true, true);
        cli.environment.put("NO_COLOR", "1");

        assertThat(cli.run("token").err() + cli.run("--help").out()).doesNotContain("\u001b");
    }
}
