package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersCommandTest {

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void prepare() {
        cli = new CliFixture(directory);
        cli.input = "correct horse\n";
    }

    @Test
    void aUserIsAddedToTheStateDirectoryWithoutThePasswordInIt() throws Exception {
        CliFixture.Result result = cli.run("users", "add", "alice", "--role", "b", "--role", "a", "--password-stdin");

        assertThat(result.code()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(Files.readString(cli.state().resolve("users.yaml")))
                .contains("alice", "$argon2id$")
                .doesNotContain("correct horse");
    }

    @Test
    void theListHasNamesAndRolesAndNoHash() {
        cli.run("users", "add", "alice", "--role", "b,a", "--password-stdin");
        cli.run("users", "add", "bo", "--password-stdin");

        assertThat(cli.run("users", "list").out()).isEqualTo("alice  a,b  enabled\nbo     -  enabled\n");
    }

    @Test
    void theFileThatTheConfigurationNamesIsUsed() {
        cli.file("inference-proxy.yaml", "auth:\n  users-file: team.yaml\n");

        cli.run("users", "add", "alice", "--password-stdin");

        assertThat(directory.resolve("team.yaml")).exists();
        assertThat(cli.state()).doesNotExist();
    }

    @Test
    void theFileThatTheCommandNamesPrevails() {
        cli.file("inference-proxy.yaml", "auth:\n  users-file: team.yaml\n");

        cli.run("users", "add", "alice", "--password-stdin", "--users", "other.yaml");

        assertThat(directory.resolve("other.yaml")).exists();
    }

    @Test
    void aNameThatIsTakenIsRefused() {
        cli.run("users", "add", "alice", "--password-stdin");

        CliFixture.Result result = cli.run("users", "add", "alice", "--password-stdin");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("alice is there already");
    }

    @Test
    void aShortPasswordIsRefused() {
        cli.input = "1234567\n";

        CliFixture.Result result = cli.run("users", "add", "alice", "--password-stdin");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("at least 8 characters").doesNotContain("1234567");
    }

    @Test
    void withoutATerminalThePasswordMustComeFromStandardInput() {
        CliFixture.Result result = cli.run("users", "add", "alice");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--password-stdin");
    }

    @Test
    void onATerminalThePasswordIsAskedForTwice() {
        cli.terminals = new Terminals(true, true, true);
        cli.passwords.add("correct horse");
        cli.passwords.add("correct horse");

        assertThat(cli.run("users", "add", "alice").code()).isZero();
    }

    @Test
    void twoDifferentAnswersAreRefused() {
        cli.terminals = new Terminals(true, true, true);
        cli.passwords.add("correct horse");
        cli.passwords.add("correct house");

        assertThat(cli.run("users", "add", "alice").err()).contains("the two differ");
    }

    @Test
    void aPasswordIsChanged() throws Exception {
        cli.run("users", "add", "alice", "--password-stdin");
        String before = Files.readString(cli.state().resolve("users.yaml"));
        cli.input = "another battery\n";

        CliFixture.Result result = cli.run("users", "passwd", "alice", "--password-stdin");

        assertThat(result.code()).isZero();
        assertThat(Files.readString(cli.state().resolve("users.yaml"))).isNotEqualTo(before);
    }

    @Test
    void aUserIsRemoved() {
        cli.run("users", "add", "alice", "--password-stdin");

        assertThat(cli.run("users", "remove", "alice").code()).isZero();
        assertThat(cli.run("users", "list"))
                .isEqualTo(new CliFixture.Result(
                        0, "", "no users in " + cli.state().resolve("users.yaml") + "\n"));
    }

    @Test
    void whoIsNotThereCannotBeRemovedOrChanged() {
        assertThat(cli.run("users", "remove", "bob").code()).isEqualTo(2);
        assertThat(cli.run("users", "passwd", "bob", "--password-stdin").code()).isEqualTo(2);
    }

    @Test
    void aFileThatIsWrongIsNotTouched() throws Exception {
        cli.file("team.yaml", "users: [");

        CliFixture.Result result = cli.run("users", "add", "alice", "--password-stdin", "--users", "team.yaml");

        assertThat(result.code()).isEqualTo(3);
        assertThat(directory.resolve("team.yaml")).hasContent("users: [");
    }

    @Test
    void whatAUserHadEndsWithThemAndWithTheirPassword() {
        for (String command : new String[] {"passwd", "remove"}) {
            cli.run("users", "add", "alice", "--password-stdin");
            String token = cli.run("token", "--user", "alice").out().strip();

            String[] line = command.equals("passwd")
                    ? new String[] {"users", "passwd", "alice", "--password-stdin"}
                    : new String[] {"users", "remove", "alice"};
            assertThat(cli.run(line).code()).isZero();

            assertThat(cli.run("token", "verify", token).code()).as(command).isEqualTo(6);
        }
    }

    @Test
    void theKeysOfARemovedUserAreDisabledAndThoseOfOthersAreNot() {
        cli.run("users", "add", "alice", "--password-stdin");
        cli.run("keys", "create", "--user", "alice");
        cli.run("keys", "create", "--user", "bob");

        CliFixture.Result result = cli.run("users", "remove", "alice");

        assertThat(result.code()).isZero();
        assertThat(result.err()).contains("disabled 1 key of alice");
        assertThat(cli.run("keys", "list").out())
                .containsPattern("  alice  .*  disabled  ")
                .containsPattern("  bob  .*  enabled  ");
    }
}
