package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.cli.LauncherFixture.Serving;
import io.inferenceproxy.cli.LauncherFixture.Told;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LauncherTest {

    @TempDir
    Path directory;

    private LauncherFixture launcher;

    @BeforeEach
    void unpack() throws IOException {
        launcher = new LauncherFixture(directory);
    }

    /** What makes an archive is nobody's child, and goes on for a moment after the command. */
    @AfterEach
    void untilNothingRuns() {
        await().pollDelay(Duration.ZERO)
                .until(() -> ProcessHandle.allProcesses()
                        .noneMatch(process ->
                                process.info().commandLine().orElse("").contains(directory.toString())));
    }

    private Path onlyArchive() {
        assertThat(LauncherFixture.archives(launcher.cache())).hasSize(1);
        return LauncherFixture.archives(launcher.cache()).get(0);
    }

    @Test
    void theFirstServeBeginsWithoutAnArchiveAndSaysThatOneIsWritten() throws IOException {
        Told first = launcher.serveUntilArchived();

        assertThat(first.words()).noneMatch(word -> word.contains("Archive")).contains("serve");
        assertThat(first.err()).hasLineCount(1).contains("once");
    }

    @ParameterizedTest
    @CsvSource({"17.0.15, -XX:SharedArchiveFile=, .jsa", "25.0.3, -XX:AOTCache=, .aot"})
    void theNextStartUsesTheArchiveAndSaysNothing(String version, String flag, String ending) throws IOException {
        launcher.version(version).serveUntilArchived();

        Told next = launcher.serve().end();

        assertThat(next.words()).contains(flag + onlyArchive());
        assertThat(onlyArchive().toString()).endsWith(ending);
        assertThat(next.err()).isEmpty();
        assertThat(launcher.rehearsals()).isEqualTo(1);
    }

    @Test
    void shortCommandsUseAnArchiveButMakeNone() throws IOException {
        Told before = launcher.run("token");
        launcher.serveUntilArchived();
        Told after = launcher.run("token");

        assertThat(before.words()).noneMatch(word -> word.contains("SharedArchiveFile"));
        assertThat(before.err()).isEmpty();
        assertThat(after.words()).contains("-XX:SharedArchiveFile=" + onlyArchive());
        assertThat(launcher.rehearsals()).isEqualTo(1);
    }

    @Test
    void anotherJarHasAnotherArchiveAndTheOldOneGoes() throws IOException {
        launcher.serveUntilArchived();
        Path old = onlyArchive();
        Serving serving = launcher.jar("another jar").serve();

        await().until(() -> !Files.exists(old));

        assertThat(serving.words()).noneMatch(word -> word.contains("Archive"));
        await().untilAsserted(() -> assertThat(onlyArchive()).isNotEqualTo(old));
        serving.end();
    }

    @Test
    void anotherJavaHasAnotherArchive() throws IOException {
        launcher.serveUntilArchived();

        Told other = launcher.version("17.0.16").run("token");

        assertThat(other.words()).noneMatch(word -> word.contains("SharedArchiveFile"));
    }

    @Test
    void anArchiveThatLostItsEndIsNotUsed() throws IOException {
        launcher.serveUntilArchived();
        Files.writeString(onlyArchive(), "clas");

        Told next = launcher.run("token");

        assertThat(next.words()).noneMatch(word -> word.contains("SharedArchiveFile"));
        assertThat(next.code()).isZero();
    }

    @Test
    void aRehearsalThatFailsIsNotTriedAgain() throws IOException {
        launcher.environment.put("REHEARSAL_FAILS", "yes");
        launcher.serveUntilArchived();

        Told next = launcher.serve().end();

        assertThat(next.words()).noneMatch(word -> word.contains("SharedArchiveFile"));
        assertThat(next.err()).isEmpty();
        assertThat(launcher.rehearsals()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/null", "/dev/null/cache", "/proc/nothing/cache"})
    void aCacheThatCannotBeWrittenToIsNoReasonToSayAnything(String cache) throws IOException {
        launcher.environment.put("XDG_CACHE_HOME", cache);

        Told told = launcher.serve().end();

        assertThat(told.words()).contains("serve");
        assertThat(told.err()).isEmpty();
        assertThat(told.code()).isZero();
    }

    @Test
    void withoutAHomeThereIsNoArchive() throws IOException {
        launcher.environment.remove("HOME");

        Told told = launcher.serve().end();

        assertThat(told.words()).contains("serve");
        assertThat(told.err()).isEmpty();
    }

    @Test
    void whatIsLeftOfAStartThatEndedTooSoonIsNoArchive() throws IOException {
        launcher.serve().end();

        assertThat(LauncherFixture.archives(launcher.cache()))
                .allMatch(archive -> archive.toFile().length() > 0);
        assertThat(launcher.run("token").code()).isZero();
    }

    @Test
    void twoAtOnceServeBothAndLeaveOneArchive() throws IOException {
        Serving one = launcher.serve();
        Serving other = launcher.serve();

        await().until(() -> !LauncherFixture.archives(launcher.cache()).isEmpty());

        assertThat(one.end().code()).isZero();
        assertThat(other.end().code()).isZero();
        assertThat(launcher.run("token").words()).contains("-XX:SharedArchiveFile=" + onlyArchive());
    }

    @Test
    void thereAreNeverMoreThanFour() throws IOException {
        Files.createDirectories(launcher.cache());
        for (int other = 1; other <= 9; other++) {
            Files.writeString(launcher.cache().resolve("1" + other + "-1-7.jsa"), "classes");
        }
        Path foreign = Files.writeString(launcher.cache().resolve("of somebody else"), "");
        Serving serving = launcher.serve();

        await().untilAsserted(() ->
                assertThat(LauncherFixture.archives(launcher.cache())).hasSize(4));

        serving.end();
        assertThat(foreign).exists();
    }

    @Test
    void rehearsePutsItBesideTheJarWhereAllFindIt() throws IOException {
        Told rehearsed = launcher.run("rehearse");

        List<Path> beside = LauncherFixture.archives(launcher.root.resolve("lib/class-data"));
        assertThat(rehearsed.code()).isZero();
        assertThat(beside).hasSize(1);
        assertThat(launcher.serve().end().words()).contains("-XX:SharedArchiveFile=" + beside.get(0));
        assertThat(launcher.cache()).doesNotExist();
    }

    @Test
    void rehearseTellsThatItFailed() throws IOException {
        launcher.environment.put("REHEARSAL_FAILS", "yes");

        Told rehearsed = launcher.run("rehearse");

        assertThat(rehearsed.code()).isEqualTo(1);
        assertThat(rehearsed.err()).contains("could be made");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-Xshare:auto", "-XX:SharedArchiveFile=other.jsa", "--add-opens java.base/java.lang=ALL-UNNAMED"
            })
    void whoChoosesTheArchiveOrTheModulesGetsNoneOfOurs(String options) throws IOException {
        launcher.serveUntilArchived();
        launcher.environment.put("JAVA_OPTS", options);

        Told told = launcher.run("token");

        assertThat(told.words()).noneMatch(word -> word.contains(onlyArchive().toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx1g", "-XX:+UseG1GC", "-XX:MaxRAMPercentage=70", "-XX:NewSize=9m"})
    void whoChoosesTheMemoryGetsNoneOfOurFlagsForIt(String option) throws IOException {
        launcher.environment.put("JAVA_OPTS", option);

        Told serving = launcher.serve().end();

        assertThat(serving.words())
                .contains(option)
                .noneMatch(word -> word.startsWith("-Xm") && !word.equals(option))
                .noneMatch(word -> word.endsWith("GC") && !word.equals(option))
                .noneMatch(word -> word.contains("RAMPercentage") && !word.equals(option));
    }

    @Test
    void whatJavaOptsSaysComesLastAndSoCounts() throws IOException {
        launcher.environment.put("JAVA_OPTS", "-XX:MaxMetaspaceSize=300m -Dgreeting=hello");

        List<String> words = launcher.serve().end().words();

        assertThat(words.indexOf("-XX:MaxMetaspaceSize=300m"))
                .isGreaterThan(words.indexOf("-XX:MaxMetaspaceSize=192m"));
        assertThat(words.indexOf("-Dgreeting=hello")).isLessThan(words.indexOf("-jar"));
    }

    @Test
    void aFolderWithARuntimeOfItsOwnNeedsNoOtherJava() throws IOException {
        Files.move(directory.resolve("java"), launcher.root.resolve("runtime"));
        launcher.environment.remove("JAVA_HOME");

        Told told = launcher.run("token");

        assertThat(told.words()).contains("token");
    }

    @Test
    void aLinkToItIsAsGoodAsItself() throws IOException {
        launcher.serveUntilArchived();
        launcher.called = Files.createSymbolicLink(directory.resolve("inference-proxy"), launcher.called);

        Told told = launcher.run("token");

        assertThat(told.words()).contains("-XX:SharedArchiveFile=" + onlyArchive());
    }
}
