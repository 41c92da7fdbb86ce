package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RehearseCommandTest {

    @TempDir
    Path directory;

    @Test
    void aRehearsalRunsThroughInSilenceAndLeavesNothingBehind() {
        CliFixture cli = new CliFixture(directory);

        CliFixture.Result result = cli.run("rehearse");

        assertThat(result).isEqualTo(new CliFixture.Result(0, "", ""));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aSignalEndsItAndItIsNoSuccess() {
        CliFixture cli = new CliFixture(directory);
        cli.signal.complete(null);

        CliFixture.Result result = cli.run("rehearse");

        assertThat(result.code()).isNotZero();
    }
}
