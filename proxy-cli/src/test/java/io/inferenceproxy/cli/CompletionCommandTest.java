package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionCommandTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void theScriptKnowsCommandsAndOptions(String shell) {
        CliFixture.Result result = new CliFixture(directory).run("completion", shell);

        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("serve", "--upstream", "complete -F").doesNotContain("--once");
    }

    @Test
    void nothingIsReadOrMadeForIt() {
        CliFixture cli = new CliFixture(directory).file("inference-proxy.yaml", "wrong: [");

        assertThat(cli.run("completion", "bash").code()).isZero();
        assertThat(cli.state()).doesNotExist();
    }
}
