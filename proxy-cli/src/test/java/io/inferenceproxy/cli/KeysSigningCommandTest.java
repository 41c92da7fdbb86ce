package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysSigningCommandTest {

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
    }

    @Test
    void aKeyIsMadeInTheStateDirectoryAndOnlyItsNameIsPrinted() throws Exception {
        CliFixture.Result result = cli.run("keys", "signing", "generate", "--alg", "es256");

        Path file = cli.state().resolve("signing-keys.json");
        assertThat(result.code()).isZero();
        assertThat(result.out()).matches("[A-Za-z0-9_-]{43}\\R");
        assertThat(result.err()).contains("made a key of ES256 in " + file);
        assertThat(Files.readString(file)).contains(result.out().strip(), "\"ES256\"");
    }

    @Test
    void tokensAreSignedWithItAndAfterARotationWithTheNext() {
        String first =
                cli.run("keys", "signing", "generate", "--alg", "Ed25519").out().strip();
        String before = cli.run("token", "--user", "alice", "--set", "auth.algorithms=Ed25519")
                .out()
                .strip();
        String second = cli.run("keys", "signing", "rotate").out().strip();
        String after = cli.run("token", "--user", "alice", "--set", "auth.algorithms=Ed25519")
                .out()
                .strip();

        assertThat(second).isNotEqualTo(first);
        assertThat(cli.run("token", "inspect", before).out()).contains(first);
        assertThat(cli.run("token", "inspect", after).out()).contains(second);
        assertThat(cli.run("token", "verify", before, "--set", "auth.algorithms=Ed25519")
                        .code())
                .isZero();
        cli.run("keys", "signing", "rotate", "--keep", "0");
        assertThat(cli.run("token", "verify", before, "--set", "auth.algorithms=Ed25519")
                        .code())
                .isEqualTo(6);
    }

    @Test
    void theFileThatIsNamedIsUsed() {
        cli.file("inference-proxy.yaml", "auth:\n  key-file: team.json\n  algorithms: [ES256]\n");

        assertThat(cli.run("keys", "signing", "generate").code()).isZero();
        assertThat(cli.run("keys", "signing", "generate", "--file", "other.json")
                        .code())
                .isZero();

        assertThat(directory.resolve("team.json")).exists();
        assertThat(directory.resolve("other.json")).exists();
        assertThat(cli.state()).doesNotExist();
    }

    @Test
    void whatCannotBeDoneIsSaidWithItsExitCode() {
        assertThat(cli.run("keys", "signing", "generate", "--alg", "none").code())
                .isEqualTo(2);
        assertThat(cli.run("keys", "signing", "rotate", "--keep", "-1").code()).isEqualTo(2);
        assertThat(cli.run("keys", "signing").code()).isEqualTo(2);

        CliFixture.Result nothing = cli.run("keys", "signing", "rotate");
        assertThat(nothing.code()).isEqualTo(3);
        assertThat(nothing.err()).contains("no key (expected: one that keys signing generate made)");
    }

    @Test
    void aPemFileIsLeftAsItIs() {
        cli.file("key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        CliFixture.Result result = cli.run("keys", "signing", "generate", "--file", "key.pem");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).contains("no set of keys").doesNotContain("AAAA");
        assertThat(directory.resolve("key.pem")).content().contains("AAAA");
    }
}
