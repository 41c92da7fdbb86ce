package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next start makes of as many callers as a policy counts apart, and of more. */
class JournalBoundTest {

    @TempDir
    private Path directory;

    private final ManualTicker ticker = new ManualTicker();
    private Path file;

    @BeforeEach
    void aDayLikeAnyOther() {
        file = directory.resolve("limits.journal");
        ticker.advance(Duration.ofDays(20_000));
    }

    @Test
    void callersPastTheBoundGoOnSharingACounter() {
        Map<String, LimitPolicyOptions> options = Map.of(
                "p",
                LimitPolicyOptions.DEFAULT
                        .withWindows(Window.parseAll("9 per hour"))
                        .withMaxKeys(1));
        JournalledLimits limits = new JournalledLimits(file, options, ticker);
        limits.admitted("alice", 1);
        limits.admitted("bob", 2);
        limits.admitted("carol", 3);

        JournalledLimits after = limits.restarted();

        assertThat(after.remaining("alice")).containsExactly(8L);
        assertThat(after.remaining("bob")).containsExactly(4L);
        assertThat(after.remaining("carol")).containsExactly(4L);
    }

    @Test
    void whatWasGivenBackIsNotChargedAgainAfterAKillWhereRoomWasMadeForOthers() {
        Map<String, LimitPolicyOptions> options = Map.of(
                "p",
                LimitPolicyOptions.DEFAULT
                        .withWindows(Window.parseAll("5 per second; 9 per hour"))
                        .withMaxKeys(20));
        JournalledLimits limits = new JournalledLimits(file, options, ticker);
        List<Charge> charges = new ArrayList<>();
        for (int i = 0; i < 19; i++) {
            charges.add(((LimitDecision.Admitted) limits.call("user-" + i)).charge());
        }
        for (int i = 0; i < 50; i++) {
            ((LimitDecision.Admitted) limits.call("passing-" + i)).charge().giveBack();
        }
        charges.forEach(Charge::giveBack);
        limits.journal().write();
        ticker.advance(Duration.ofMinutes(1));

        JournalledLimits after = limits.killed(directory.resolve("killed"));

        for (int i = 0; i < 19; i++) {
            assertThat(after.remaining("user-" + i)).containsExactly(5L, 9L);
        }
    }
}
