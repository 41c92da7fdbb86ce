package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class KeysFileTest {

    private static final String FIRST = "{\"inference-proxy\":\"keys\",\"version\":1}\n";

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final Logger logger = (Logger) LoggerFactory.getLogger(KeysFile.class);

    @BeforeEach
    void silence() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        logger.setLevel(null);
    }

    @Test
    void hasNoKeysAsLongAsThereIsNoFile() throws IOException {
        KeysFile keys = open();

        assertThat(keys.page("", 10)).isEmpty();
        assertThat(file()).doesNotExist();
    }

    @Test
    void holdsDigestsAloneInAFileOfItsOwners() throws IOException {
        IssuedKey issued = new KeyIssuer(open(), clock).create(KeyRequest.of("alice"));

        String secret = issued.text().reveal().substring(17);
        assertThat(Files.readString(file()))
                .startsWith(FIRST)
                .contains("\"alice\"")
                .doesNotContain(secret);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "users:\n  alice: {}\n",
                "{\"inference-proxy\":\"sessions\",\"version\":1}\n",
                "{\"inference-proxy\":\"keys\",\"version\":2}\n",
                "[]\n",
                "{\"inference-proxy\":\"keys\",\"version\":1}"
            })
    void refusesAFileOfAnotherKind(String content) throws IOException {
        Files.writeString(file(), content);

        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("keys file " + file() + ": 1: ");
    }

    @Test
    void refusesAFileThatIsCutOffAndQuotesNothingOfIt() throws IOException {
        new KeyIssuer(open(), clock).create(KeyRequest.of("alice"));
        String whole = Files.readString(file());
        for (int length = FIRST.length() + 1; length < whole.length(); length += 7) {
            Files.writeString(file(), whole.substring(0, length));

            assertThatThrownBy(this::open)
                    .hasMessage(
                            "keys file " + file() + ": 2: is cut off (expected: a whole line; the file is damaged)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"id\":\"x\"}",
                "{\"id\":\"123456789abc\",\"id\":\"123456789abc\"}",
                "{\"id\":\"123456789abc\",\"user\":\"a\",\"created\":\"soon\",\"note\":\"\",\"secrets\":[]}",
                "{\"id\":\"123456789abc\",\"user\":\"a\",\"created\":\"2026-06-01T12:00:00Z\",\"note\":\"\",\"secrets\":[]}",
                "{\"id\":\"123456789abc\",\"user\":\"a\",\"created\":\"2026-06-01T12:00:00Z\",\"note\":\"\","
                        + "\"secrets\":[{\"sha256\":\"plain\"}]}"
            })
    void refusesAKeyThatIsNone(String line) throws IOException {
        Files.writeString(file(), FIRST + line + "\n");

        assertThatThrownBy(this::open).hasMessageStartingWith("keys file " + file() + ": 2: ");
    }

    @Test
    void refusesAFileThatAnyoneMayWrite() throws IOException {
        Files.writeString(file(), FIRST);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThatThrownBy(this::open).hasMessageContaining("anyone may write it (expected: chmod o-w ");
    }

    @Test
    void goesOnWithWhatItHeldWhenTheFileIsBrokenAndWritesNothingOverIt() throws IOException {
        KeysFile keys = open();
        ApiKey key = new KeyIssuer(keys, clock).create(KeyRequest.of("alice")).key();
        Files.writeString(file(), "broken");

        keys.refresh();

        assertThat(AuthCalls.now(keys.find(key.id()))).contains(key);
        assertThatThrownBy(() -> keys.remove(key.id())).isInstanceOf(StoreException.class);
        assertThat(Files.readString(file())).isEqualTo("broken");
    }

    @Test
    void refusesToChangeALink() throws IOException {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), FIRST);
        Files.createSymbolicLink(file(), elsewhere);
        KeyIssuer issuer = new KeyIssuer(open(), clock);

        assertThatThrownBy(() -> issuer.create(KeyRequest.of("alice")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is a symbolic link");
        assertThat(Files.readString(elsewhere)).isEqualTo(FIRST);
    }

    @Test
    void leavesNoTraceOfAWriterThatDiedBeforeItWasDone() throws IOException {
        ApiKey key = new KeyIssuer(open(), clock).create(KeyRequest.of("alice")).key();
        Files.writeString(directory.resolve(".keys.jsonl123.new"), FIRST + "{\"id\":");

        assertThat(AuthCalls.now(open().find(key.id()))).contains(key);
    }

    @Test
    void writesUsesOnceAMinuteAndForgetsThoseOfKeysThatAreGone() throws IOException {
        KeysFile keys = open();
        KeyIssuer issuer = new KeyIssuer(keys, clock);
        ApiKey kept = issuer.create(KeyRequest.of("alice")).key();
        ApiKey gone = issuer.create(KeyRequest.of("bob")).key();
        keys.remove(gone.id());
        keys.used(kept.id(), clock.now());
        keys.used(gone.id(), clock.now());
        Path uses = directory.resolve("keys.jsonl.used");

        keys.refresh();
        boolean early = Files.exists(uses);
        clock.advance(Duration.ofMinutes(1));
        keys.refresh();

        assertThat(early).isFalse();
        assertThat(Files.readString(uses, StandardCharsets.UTF_8))
                .contains(kept.id())
                .doesNotContain(gone.id());
        assertThat(open().lastUses(List.of(kept.id())))
                .containsEntry(kept.id(), clock.now().minusSeconds(60));
    }

    @Test
    void rotatesAKeyThatAnotherProcessHasChangedAMomentAgo() throws IOException {
        KeysFile keys = open();
        ApiKey key = new KeyIssuer(keys, clock).create(KeyRequest.of("alice")).key();
        open().replace(key, key.withNote("changed elsewhere"));

        Optional<IssuedKey> rotated = new KeyIssuer(keys, clock).rotate(key.id(), Duration.ZERO);

        assertThat(rotated.orElseThrow().key().note()).isEqualTo("changed elsewhere");
        assertThat(rotated.orElseThrow().key().secrets()).hasSize(1);
    }

    private KeysFile open() throws IOException {
        return KeysFile.open(file(), clock);
    }

    private Path file() {
        return directory.resolve("keys.jsonl");
    }
}
