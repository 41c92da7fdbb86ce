package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class UsersFileTest {

    private static final String HASH =
            "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$Lvr3bmANjFgmIc9abyvGMXK3adUKIW19U+fbBf3SfOU";

    private final ManualClock clock = new ManualClock();
    private final HeldWorkers workers = new HeldWorkers(1);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(UsersFile.class);

    @TempDir
    Path directory;

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    @Test
    void knowsTheUsersInTheFile() throws IOException {
        UsersFile users = open("users:\n  alice:\n    password: \"" + HASH + "\"\n    roles: [researcher, admin]\n"
                + "  bob: { password: '" + HASH + "', enabled: false }\n");

        assertThat(users.user("alice")).hasValueSatisfying(alice -> {
            assertThat(alice.roles()).containsExactlyInAnyOrder("researcher", "admin");
            assertThat(alice.enabled()).isTrue();
            assertThat(alice.password().reveal()).isEqualTo(HASH);
            assertThat(alice.toString()).doesNotContain("argon2id");
        });
        assertThat(users.user("bob"))
                .hasValueSatisfying(bob -> assertThat(bob.enabled()).isFalse());
        assertThat(users.user("Alice")).isEmpty();
        assertThat(users.isDisabled("bob")).isTrue();
        assertThat(users.isDisabled("alice")).isFalse();
        assertThat(users.isDisabled("mallory")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nobody yet\n", "users:\n", "users: {}\n"})
    void mayHaveNoUsers(String content) throws IOException {
        assertThat(open(content).user("alice")).isEmpty();
    }

    @Test
    void refusesWhatIsNotExactlyAUsersFile() {
        assertWrong("user: {}", "\"user\" is unknown (expected: one of [users])");
        assertWrong("[]", "the file (expected: a map with [users])");
        assertWrong("users: [alice]", "users (expected: a map of names)");
        assertWrong("users: {alice: secret}", "users.\"alice\" (expected: a map with [password, roles, enabled])");
        assertWrong(
                entry("passwort: x"),
                "users.\"alice\".\"passwort\" is unknown (expected: one of [password, roles, enabled])");
        assertWrong(
                entry("roles: []"),
                "users.\"alice\".password (expected: an argon2id hash, as `users passwd` makes it, or one of bcrypt or PBKDF2)");
        assertWrong(
                entry("password: hunter2"),
                "users.\"alice\".password (expected: an argon2id hash, as `users passwd` makes it, or one of bcrypt or PBKDF2)");
        assertWrong(
                entry("password: 7"),
                "users.\"alice\".password (expected: an argon2id hash, as `users passwd` makes it, or one of bcrypt or PBKDF2)");
        assertWrong(
                entry("password: \"" + HASH + "\", roles: admin"), "users.\"alice\".roles (expected: a list of names)");
        assertWrong(
                entry("password: \"" + HASH + "\", roles: [1]"), "users.\"alice\".roles (expected: a list of names)");
        assertWrong(
                entry("password: \"" + HASH + "\", enabled: \"no\""),
                "users.\"alice\".enabled (expected: true or false)");
        assertWrong(
                "users: {\"a\\nb\": {}}", "users.\"a?b\" (expected: a name of 1 to 256 characters, none of control)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "users: {alice: &a {enabled: true}, bob: *a}",
                "users: &a {}",
                "users: !!javax.script.ScriptEngineManager {}",
                "users: !!str {}"
            })
    void refusesAnchorsAliasesAndTags(String content) {
        assertThatThrownBy(() -> open(content))
                .hasMessageEndingWith("an anchor, alias or tag (expected: plain values)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "users: {}\nusers: {}",
                "users: {alice: {enabled: true}, alice: {enabled: false}}",
                "users: {",
                "users:\n\t- x",
                "users: {}\n---\nusers: {}",
            })
    void refusesBrokenYamlAndKeysThatStandTwice(String content) {
        assertThatThrownBy(() -> open(content))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("users file " + file() + ": ");
    }

    @Test
    void quotesNoHashWhenTheFileIsBroken() {
        assertThatThrownBy(() -> open("users:\n  alice:\n    password: \"" + HASH + "\n"))
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("argon2id$v"));
    }

    @Test
    void refusesAFileThatIsTooLarge() {
        assertThatThrownBy(() -> open("#".repeat((int) UsersFile.MOST.bytes() + 1)))
                .hasMessageEndingWith("more than 2MB (expected: at most 2MB)");
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws IOException {
        Files.write(file(), new byte[] {'#', (byte) 0xE5});

        assertThatThrownBy(() -> UsersFile.open(file(), workers, clock)).hasMessageEndingWith("not UTF-8");
    }

    @Test
    void refusesAFileThatAnyoneMayWrite() throws IOException {
        Files.writeString(file(), "users:\n");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThatThrownBy(() -> UsersFile.open(file(), workers, clock))
                .hasMessage("users file " + file() + ": anyone may write it (expected: chmod o-w " + file() + ")");
    }

    @Test
    void mustBeThereUnlessToldThatItMayBeAbsent() throws IOException {
        assertThatThrownBy(() -> UsersFile.open(file(), workers, clock)).isInstanceOf(NoSuchFileException.class);
        UsersFile users = UsersFile.openOrEmpty(file(), workers, clock);
        assertThat(users.user("alice")).isEmpty();

        write(good("alice"));
        clock.advance(Duration.ofSeconds(1));

        assertThat(users.user("alice")).isPresent();
    }

    @Test
    void looksAtTheFileAgainOnceASecond() throws IOException {
        UsersFile users = open(good("alice"));
        write(good("carol"));

        clock.advance(Duration.ofMillis(999));
        boolean before = users.user("carol").isPresent();
        clock.advance(Duration.ofMillis(1));

        assertThat(before).isFalse();
        assertThat(users.user("carol")).isPresent();
        assertThat(users.user("alice")).isEmpty();
    }

    @Test
    void looksAtTheFileOnTheWorkersWhenAnIoThreadAsks() throws IOException {
        UsersFile users = open(good("alice"));
        write(good("alice").replace("}}", ", enabled: false}}"));
        clock.advance(Duration.ofSeconds(1));

        boolean asked = users.isDisabled("alice");
        int looking = workers.waiting();
        users.isDisabled("alice");
        workers.runAll();

        assertThat(asked).isFalse();
        assertThat(looking).isEqualTo(1);
        assertThat(users.isDisabled("alice")).isTrue();
    }

    @Test
    void staysAsItIsWhenTheWorkersHaveNoRoom() throws IOException {
        UsersFile users = UsersFile.open(written(good("alice")), new HeldWorkers(0), clock);
        clock.advance(Duration.ofSeconds(1));

        assertThat(users.isDisabled("alice")).isFalse();
    }

    @Test
    void keepsTheLastGoodContentAndSaysOnceWhatIsWrong() throws IOException {
        UsersFile users = open(good("alice"));
        write("users: {alice: {password: hunter2}}");

        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(users.user("alice")).isPresent();
        }

        assertThat(log.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .endsWith(
                                "(expected: an argon2id hash, as `users passwd` makes it, or one of bcrypt or PBKDF2); what it held before goes on holding")
                        .doesNotContain("hunter2"));
    }

    @Test
    void keepsTheLastGoodContentWhenTheFileIsGoneAndTakesItBack() throws IOException {
        UsersFile users = open(good("alice"));
        Files.delete(file());
        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(users.user("alice")).isPresent();
        }

        write(good("carol"));
        clock.advance(Duration.ofSeconds(1));

        assertThat(users.user("carol")).isPresent();
        assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage).toList())
                .isEqualTo(List.of(
                        "users file " + file() + ": gone; what it held goes on holding",
                        "users file " + file() + ": read again, 1 users"));
    }

    private Path file() {
        return directory.resolve("users.yaml");
    }

    private static String entry(String members) {
        return "users: {alice: {" + members + "}}";
    }

    private static String good(String name) {
        return "users: {" + name + ": {password: \"" + HASH + "\"}}\n";
    }

    private UsersFile open(String content) throws IOException {
        return UsersFile.open(written(content), workers, clock);
    }

    private Path written(String content) throws IOException {
        write(content);
        return file();
    }

    /** As an editor does: another file in its place. */
    private void write(String content) throws IOException {
        Path fresh = Files.writeString(directory.resolve("fresh"), content);
        Files.move(fresh, file(), StandardCopyOption.REPLACE_EXISTING);
    }

    private void assertWrong(String content, String what) {
        assertThatThrownBy(() -> open(content))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("users file " + file() + ": " + what);
    }
}
