package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class SessionsFileTest {

    private static final String FIRST = "{\"inference-proxy\":\"sessions\",\"version\":1}\n";

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final Logger logger = (Logger) LoggerFactory.getLogger(SessionsFile.class);

    @BeforeEach
    void silence() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        logger.setLevel(null);
    }

    @Test
    void opensWithAllThatWasAcknowledgedWhereverTheLastLineIsCutOff() throws IOException {
        SessionsFile sessions = open();
        sessions.open(session('a'), 9);
        int acknowledged = Files.readString(file()).length();
        sessions.open(session('b'), 9);
        String whole = Files.readString(file());

        for (int length = acknowledged; length < whole.length(); length++) {
            Files.writeString(file(), whole.substring(0, length));
            SessionsFile anew = open();
            anew.open(session('c'), 9);

            assertThat(open().session(id('a'))).isPresent();
            assertThat(open().session(id('b'))).isEmpty();
            assertThat(open().session(id('c'))).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "users:\n", "{\"inference-proxy\":\"keys\",\"version\":1}\n", "{\"inference-proxy\":\"sess"})
    void refusesAFileOfAnotherKind(String content) throws IOException {
        Files.writeString(file(), content);

        assertThatThrownBy(this::open).hasMessageStartingWith("sessions file " + file() + ": 1: ");
    }

    @Test
    void refusesALineInTheMiddleThatIsNone() throws IOException {
        open().open(session('a'), 9);
        Files.writeString(file(), "{\"end\":\n{\"end\":\"x\"}\n", StandardOpenOption.APPEND);

        assertThatThrownBy(this::open).hasMessage("sessions file " + file() + ": 3: not well-formed JSON in UTF-8");
    }

    @Test
    void writesNothingOverAFileThatWasBrokenWhileItRan() throws IOException {
        SessionsFile sessions = open();
        sessions.open(session('a'), 9);
        Files.writeString(file(), "broken\n");

        boolean looked = sessions.refresh();

        assertThat(looked).isFalse();
        assertThat(sessions.refresh()).isFalse();
        assertThat(sessions.session(id('a'))).isPresent();
        assertThatThrownBy(() -> sessions.end(id('a'), clock.now())).isInstanceOf(StoreException.class);
        assertThat(Files.readString(file())).isEqualTo("broken\n");
    }

    @Test
    void writesAllThatItHoldsWhenTheFileIsGone() throws IOException {
        SessionsFile sessions = open();
        sessions.open(session('a'), 9);
        Files.delete(file());
        sessions.refresh();

        sessions.open(session('b'), 9);

        assertThat(open().session(id('a'))).isPresent();
        assertThat(open().session(id('b'))).isPresent();
    }

    @Test
    void isWrittenAnewWithoutWhatIsPast() throws IOException {
        SessionsFile sessions = SessionsFile.open(file(), clock, DataSize.ofKilobytes(4), DataSize.ofMegabytes(1));
        SessionsFile other = SessionsFile.open(file(), clock, DataSize.ofKilobytes(4), DataSize.ofMegabytes(1));
        Session session = session('a');
        sessions.open(session, 9);
        sessions.revokeToken("past", clock.now().plusSeconds(1));
        clock.advance(Duration.ofMinutes(1));
        for (int i = 0; i < 200; i++) {
            Session next = session.turned(
                    Secret.of("0123456789".repeat(4) + (100 + i)), session.expiry(), session.tokensEnd());
            assertThat(sessions.turn(session, next)).isTrue();
            session = next;
        }
        sessions.revokeToken("present", clock.now().plusSeconds(60));

        other.refresh();

        assertThat(Files.size(file())).isLessThan(8 << 10);
        assertThat(other.session(id('a'))).contains(session);
        assertThat(other.revocations().tokens()).containsOnlyKeys("present");
        assertThat(open().revocations()).isEqualTo(sessions.revocations());
    }

    @Test
    void aFullFileIsWrittenAnewToMakeRoom() throws IOException {
        SessionsFile sessions = SessionsFile.open(file(), clock, DataSize.ofMegabytes(1), DataSize.ofKilobytes(4));

        for (int i = 0; i < 100; i++) {
            sessions.revokeToken("token " + i, clock.now().plusSeconds(1));
            clock.advance(Duration.ofMinutes(2));
        }

        assertThat(Files.size(file())).isLessThanOrEqualTo(4 << 10);
        assertThat(open().revocations().tokens()).containsKey("token 99");
    }

    @Test
    void aChangeThatDoesNotFitLeavesTheFileAndThoseBeforeIt() throws IOException {
        SessionsFile sessions = SessionsFile.open(file(), clock, DataSize.ofMegabytes(1), DataSize.ofKilobytes(4));
        sessions.revokeToken("short", clock.now().plusSeconds(60));

        assertThatThrownBy(() ->
                        sessions.revokeToken("long".repeat(2_000), clock.now().plusSeconds(60)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("would have more than 4KB");
        sessions.revokeToken("next", clock.now().plusSeconds(60));

        assertThat(sessions.revocations().tokens()).containsOnlyKeys("short", "next");
        assertThat(open().revocations()).isEqualTo(sessions.revocations());
    }

    @Test
    void startsWithWhatSaysWhatItIs() throws IOException {
        open().revokeAll(clock.now());

        assertThat(Files.readString(file())).isEqualTo(FIRST + "{\"all\":\"2026-06-01T12:00:00Z\"}\n");
    }

    private SessionsFile open() throws IOException {
        return SessionsFile.open(file(), clock);
    }

    private Path file() {
        return directory.resolve("sessions.jsonl");
    }

    private Session session(char c) {
        return new Session(
                id(c),
                "alice",
                Secret.of("r".repeat(43)),
                Secret.of("t".repeat(43)),
                clock.now(),
                clock.now().plusSeconds(3_600),
                clock.now().plusSeconds(600));
    }

    private static String id(char c) {
        return String.valueOf(c).repeat(22);
    }
}
