package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LimitJournalTest {

    @TempDir
    private Path directory;

    private final ManualTicker ticker = new ManualTicker();
    private Path file;

    @BeforeEach
    void aDayLikeAnyOther() {
        file = directory.resolve("limits.journal");
        ticker.advance(Duration.ofDays(20_000));
    }

    private static Map<String, LimitPolicyOptions> policy(String name, String windows) {
        return Map.of(name, LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(windows)));
    }

    private JournalledLimits limits(String windows) {
        return new JournalledLimits(file, policy("per-user", windows), ticker);
    }

    private Path elsewhere() {
        return directory.resolve("copy-" + System.nanoTime());
    }

    @Test
    void afterARestartWhatIsLeftIsWhatWasLeft() {
        JournalledLimits limits = limits("5 per hour; 8 per day");
        limits.admitted("alice", 3);
        limits.admitted("bob", 9);
        ticker.advance(Duration.ofMinutes(10));

        JournalledLimits after = limits.restarted();

        assertThat(after.remaining("alice")).containsExactly(2L, 5L);
        assertThat(after.remaining("bob")).containsExactly(0L, 3L);
        ticker.advance(Duration.ofMinutes(50));
        assertThat(after.remaining("alice")).as("an hour after the calls").containsExactly(5L, 5L);
    }

    @Test
    void aKillForgetsOnlyWhatWasNotWritten() {
        JournalledLimits limits = limits("9 per hour");
        limits.admitted("alice", 4);
        limits.journal().write();
        limits.admitted("alice", 2);

        assertThat(limits.killed(elsewhere()).remaining("alice")).containsExactly(5L);
        assertThat(limits.journal().size()).isPositive();
    }

    @Test
    void callsUnderWayEndWithTheProcess() {
        Map<String, LimitPolicyOptions> options = Map.of(
                "p",
                LimitPolicyOptions.DEFAULT
                        .withWindows(Window.parseAll("9 per hour"))
                        .withAtOnce(2));
        JournalledLimits limits = new JournalledLimits(file, options, ticker);
        limits.admitted("alice", 2);
        limits.journal().write();

        assertThat(limits.killed(elsewhere()).remaining("alice")).containsExactly(7L, 2L);
    }

    @Test
    void aChangedQuotaKeepsTheCount() {
        JournalledLimits limits = limits("9 per hour");
        limits.admitted("alice", 4);
        limits.journal().checkpoint();
        limits.admitted("alice", 1);
        limits.journal().write();

        assertThat(limits.killed(elsewhere(), policy("per-user", "20 per hour")).remaining("alice"))
                .containsExactly(15L);
        assertThat(limits.killed(elsewhere(), policy("per-user", "3 per hour")).remaining("alice"))
                .containsExactly(0L);
    }

    @Test
    void changedWindowsCountWhatWasChargedInThem() {
        JournalledLimits limits = limits("9 per hour");
        limits.admitted("alice", 4);
        ticker.advance(Duration.ofMinutes(2));
        limits.admitted("alice", 1);
        limits.journal().checkpoint();

        assertThat(limits.killed(elsewhere(), policy("per-user", "9 per minute; 50 per day"))
                        .remaining("alice"))
                .containsExactly(8L, 45L);
    }

    @Test
    void aChangedKindCountsWhatWasChargedInItsOwnManner() {
        JournalledLimits limits = limits("60 per hour");
        limits.admitted("alice", 30);
        limits.journal().checkpoint();
        ticker.advance(Duration.ofMinutes(10));
        LimitPolicyOptions policy = LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll("60 per hour"));

        assertThat(limits.killed(elsewhere(), Map.of("per-user", policy.withKind(WindowKind.SMOOTH)))
                        .remaining("alice"))
                .as("one a minute has come back")
                .containsExactly(40L);
        assertThat(limits.killed(elsewhere(), Map.of("per-user", policy.withKind(WindowKind.FIXED)))
                        .remaining("alice"))
                .containsExactly(30L);
    }

    @Test
    void aRenamedPolicyBeginsAnewAndTheOldOneIsLeftOutOfTheFile() throws IOException {
        JournalledLimits limits = limits("9 per hour");
        limits.admitted("alice", 4);
        limits.journal().checkpoint();
        Path copy = elsewhere();
        JournalledLimits renamed = limits.killed(copy, policy("each", "9 per hour"));

        renamed.journal().write();

        assertThat(renamed.remaining("alice")).containsExactly(9L);
        assertThat(Files.readString(copy, StandardCharsets.ISO_8859_1))
                .contains("each")
                .doesNotContain("per-user");
    }

    @Test
    void aClockThatWasSetBackMakesNobodyWaitLongerThanAPeriod() {
        JournalledLimits limits = limits("4 per hour");
        limits.admitted("alice", 4);
        limits.journal().checkpoint();
        limits.journal().close();
        ManualTicker before = new ManualTicker();
        before.advance(Duration.ofDays(19_000));

        JournalledLimits after = new JournalledLimits(file, policy("per-user", "4 per hour"), before);

        assertThat(after.remaining("alice")).containsExactly(0L);
        before.advance(Duration.ofHours(1));
        assertThat(after.remaining("alice")).containsExactly(4L);
    }

    @Test
    void chargesThatFindNoRoomAreCountedAndACheckpointTellsThem() {
        JournalledLimits limits = limits("1000000 per hour");
        int calls = 40_000;

        assertThat(limits.admitted("alice", calls)).isEqualTo(calls);

        assertThat(limits.journal().dropped()).isPositive();
        limits.journal().write();
        assertThat(limits.killed(elsewhere()).remaining("alice")).containsExactly(1_000_000L - calls);
    }

    @Test
    void whatCannotBeWrittenIsWrittenLater() {
        JournalledLimits limits = limits("9 per hour");
        limits.admitted("alice", 4);
        Thread.currentThread().interrupt(); // closes the file under the writer's hands
        limits.journal().write();
        assertThat(Thread.interrupted()).isTrue();
        ticker.advance(Duration.ofSeconds(3));
        assertThat(limits.journal().failures()).isOne();
        assertThat(limits.journal().age()).isEqualTo(Duration.ofSeconds(3));

        limits.journal().write();

        assertThat(limits.journal().age()).isZero();
        assertThat(limits.killed(elsewhere()).remaining("alice")).containsExactly(5L);
    }

    @Test
    void aCheckpointThatFailsLeavesTheFileAsItIsAndIsMadeLater() throws IOException {
        JournalledLimits limits = limits("1000000 per hour");
        limits.admitted("alice", 40_000);
        Path obstacle = Files.createDirectories(directory.resolve("limits.journal.new/x"));
        ticker.advance(Duration.ofSeconds(1));
        limits.journal().write();
        assertThat(limits.journal().failures()).isOne();
        assertThat(limits.journal().age())
                .as("what found no room is in no file yet")
                .isEqualTo(Duration.ofSeconds(1));
        limits.admitted("alice", 1);
        limits.journal().write();
        long written = 1_000_000 - limits.killed(elsewhere()).remaining("alice").get(0);
        assertThat(written).as("less what found no room").isEqualTo((1 << 14) + 1);
        Files.delete(obstacle);
        Files.delete(obstacle.getParent());
        ticker.advance(Duration.ofSeconds(5));

        limits.journal().write();

        assertThat(limits.killed(elsewhere()).remaining("alice")).containsExactly(1_000_000L - 40_001);
        assertThat(limits.journal().age()).isZero();
    }

    @Test
    void theFileStaysWithinABoundHoweverManyCallsThereAre() {
        JournalledLimits limits = limits("1000000000 per second; 1000000000 per day");
        long largest = 0;
        for (int i = 0; i < 100; i++) {
            limits.admitted("user-" + i % 7, 10_000);
            limits.journal().write();
            largest = Math.max(largest, limits.journal().size());
            ticker.advance(Duration.ofSeconds(1));
        }

        assertThat(largest).isBetween(15L << 20, 17L << 20);
        assertThat(limits.journal().size()).as("after a checkpoint").isLessThan(15 << 20);
    }

    @Test
    void aSecondProxyIsRefusedTheFile() {
        JournalledLimits limits = limits("9 per hour");

        assertThatThrownBy(() -> limits("9 per hour"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("limits-journal.file: " + file
                        + " cannot be used, another proxy has it (expected: one proxy a file)");

        limits.close();
        assertThat(limits("9 per hour").admitted("alice", 1)).isOne();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobodyElseMayReadIt() throws IOException {
        JournalledLimits limits = limits("9 per hour");
        limits.journal().checkpoint();

        try (var files = Files.list(directory)) {
            assertThat(files)
                    .allSatisfy(each -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void aFileThatIsNoJournalIsKeptAsideAndCountsBeginAnew() throws IOException {
        Files.writeString(file, "This is somebody's diary, and must not be lost.\n");

        JournalledLimits limits = limits("9 per hour");

        assertThat(limits.remaining("alice")).containsExactly(9L);
        assertThat(directory.resolve("limits.journal.unreadable"))
                .hasContent("This is somebody's diary, and must not be lost.");
    }
}
