package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
    }

    @Test
    void theKeyAloneIsTheResultAndOnlyItsDigestIsKept() throws Exception {
        CliFixture.Result result = cli.run("keys", "create", "--user", "alice", "--ttl", "90d");

        String key = result.out().strip();
        assertThat(result.code()).isZero();
        assertThat(result.out()).matches("ipx_[1-9A-Za-z]{12}_[1-9A-Za-z]{44}\\n");
        assertThat(result.err()).contains(id(key)).doesNotContain(key.substring(17));
        assertThat(Files.readString(cli.state().resolve("keys.jsonl")))
                .contains(id(key), "alice")
                .doesNotContain(key.substring(17));
    }

    @Test
    void theListHasAllButTheSecret() {
        String key = cli.run(
                        "keys",
                        "create",
                        "--user",
                        "alice",
                        "--role",
                        "b,a",
                        "--scope",
                        "predict",
                        "--route",
                        "inference",
                        "--note",
                        "the nightly report")
                .out()
                .strip();

        assertThat(cli.run("keys", "list").out())
                .isEqualTo(id(key) + "  alice  a,b  predict  inference  never  -  enabled  the nightly report\n");
    }

    @Test
    void anEmptyListSaysSo() {
        CliFixture.Result result = cli.run("keys", "list");

        assertThat(result.code()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("no keys in ");
    }

    @Test
    void aRotatedKeyHasTheSameIdentifierAndAnotherSecret() {
        String key = cli.run("keys", "create", "--user", "alice").out().strip();

        CliFixture.Result result = cli.run("keys", "rotate", id(key), "--grace", "2h");

        assertThat(result.code()).isZero();
        assertThat(result.out()).startsWith("ipx_" + id(key) + "_").doesNotContain(key.substring(17));
        assertThat(result.err()).contains("ends in 2h");
        assertThat(cli.run("keys", "list").out()).contains("  rotating  ");
    }

    @Test
    void aRevokedKeyIsGone() {
        String key = cli.run("keys", "create", "--user", "alice").out().strip();

        CliFixture.Result result = cli.run("keys", "revoke", id(key));

        assertThat(result.code()).isZero();
        assertThat(cli.run("keys", "list").out()).isEmpty();
    }

    @Test
    void theTokensOfAnOldSecretThatEndsAtOnceEndToo() {
        String key = cli.run("keys", "create", "--user", "alice").out().strip();
        String token = cli.run("token", "--user", "alice", "--claim", "client_id=" + id(key))
                .out()
                .strip();

        cli.run("keys", "rotate", id(key), "--grace", "0s");

        assertThat(cli.run("token", "verify", token).code()).isEqualTo(6);
    }

    @Test
    void aSecondRotationEndsTheSecretBeforeAndTheTokensThatItGave() {
        String key = cli.run("keys", "create", "--user", "alice").out().strip();
        String token = cli.run("token", "--user", "alice", "--claim", "client_id=" + id(key))
                .out()
                .strip();
        cli.run("keys", "rotate", id(key), "--grace", "1h");
        assertThat(cli.run("token", "verify", token).code()).isZero();

        CliFixture.Result second = cli.run("keys", "rotate", id(key), "--grace", "1h");

        assertThat(second.err()).contains("ends in 1h; the one before it has ended");
        assertThat(cli.run("token", "verify", token).code()).isEqualTo(6);
    }

    @Test
    void theTokensOfARevokedKeyAreRevokedToo() {
        String key = cli.run("keys", "create", "--user", "alice").out().strip();
        String token = cli.run("token", "--user", "alice", "--claim", "client_id=" + id(key))
                .out()
                .strip();
        assertThat(cli.run("token", "verify", token).code()).isZero();

        cli.run("keys", "revoke", id(key));

        assertThat(cli.run("token", "verify", token).err()).contains("revoked");
        assertThat(cli.run("token", "verify", token).code()).isEqualTo(6);
    }

    @Test
    void aKeyThatIsNotThereIsAMistakeOfTheCaller() {
        CliFixture.Result revoked = cli.run("keys", "revoke", "123456789abc");
        CliFixture.Result rotated = cli.run("keys", "rotate", "123456789abc");

        assertThat(revoked.code()).isEqualTo(2);
        assertThat(rotated.code()).isEqualTo(2);
        assertThat(revoked.err()).contains("key: 123456789abc is not in ");
    }

    @Test
    void aWholeKeyInPlaceOfItsIdentifierIsNotRepeated() {
        String key = cli.run("keys", "create", "--user", "alice").out().strip();

        CliFixture.Result result = cli.run("keys", "revoke", key);

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("expected: its identifier alone").doesNotContain(key);
    }

    @Test
    void aRouteThatIsNotThereIsAMistake() {
        CliFixture.Result result = cli.run("keys", "create", "--user", "alice", "--route", "inferense");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--route: inferense (expected: one of inference)");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void whatAKeyCannotHaveIsAMistake() {
        assertThat(cli.run("keys", "create", "--user", "alice", "--ttl", "soon").code())
                .isEqualTo(2);
        assertThat(cli.run("keys", "create", "--user", "a\u0007").code()).isEqualTo(2);
        assertThat(cli.run("keys", "create", "--user", "alice", "--scope", "a\"b")
                        .code())
                .isEqualTo(2);
        assertThat(cli.run("keys", "rotate", "123456789abc", "--grace", "soon").code())
                .isEqualTo(2);
    }

    @Test
    void theFileThatTheConfigurationNamesIsUsed() {
        cli.file("inference-proxy.yaml", "auth:\n  keys-file: team-keys.jsonl\n");

        cli.run("keys", "create", "--user", "alice");

        assertThat(directory.resolve("team-keys.jsonl")).exists();
        assertThat(cli.state()).doesNotExist();
    }

    @Test
    void aBrokenFileIsAMistakeOfTheConfiguration() {
        cli.file("inference-proxy.yaml", "auth:\n  keys-file: team-keys.jsonl\n");
        cli.file("team-keys.jsonl", "something else\n");

        CliFixture.Result result = cli.run("keys", "list");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err())
                .contains("team-keys.jsonl: 1: not well-formed JSON")
                .doesNotContain("something else");
    }

    private static String id(String key) {
        return key.substring(4, 16);
    }
}
