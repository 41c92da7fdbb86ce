package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoginLockoutTest {

    private static final String HOME = "192.0.2.1";
    private static final String ELSEWHERE = "198.51.100.7";

    private final ManualClock clock = new ManualClock();
    private final LoginLockout lockout = new LoginLockout(LockoutOptions.DEFAULT, clock);

    @Test
    void fiveFailuresAreFreeAndEachFurtherOneDoublesTheWaitUpToItsBound() {
        fail("alice", HOME, 5);
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Duration wait = lockout.tryCharge("alice", ELSEWHERE).orElseThrow();
            waits.add(wait.toSeconds());
            clock.advance(wait);
            assertThat(lockout.tryCharge("alice", HOME)).isEmpty();
        }

        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 900L, 900L);
    }

    @Test
    void aSuccessEndsTheStreak() {
        fail("alice", HOME, 4);
        lockout.succeeded("alice", HOME);

        assertThat(failuresUntilLocked("alice", HOME)).isEqualTo(5);
    }

    @Test
    void aStrangerWhoFailsFromElsewhereDoesNotLockOutWhoHasLoggedInBefore() {
        assertThat(lockout.tryCharge("alice", HOME)).isEmpty();
        lockout.succeeded("alice", HOME);

        fail("alice", ELSEWHERE, 5);

        assertThat(lockout.tryCharge("alice", ELSEWHERE)).isPresent();
        assertThat(lockout.tryCharge("alice", HOME)).isEmpty();
    }

    @Test
    void whoHasLoggedInBeforeIsSlowedDownToo() {
        lockout.succeeded("alice", HOME);

        assertThat(failuresUntilLocked("alice", HOME)).isEqualTo(5);
    }

    @Test
    void anAddressThatFailsWithManyNamesIsSlowedDown() {
        int free = 0;
        while (lockout.tryCharge("user" + free, HOME).isEmpty()) {
            free++;
        }

        assertThat(free).isEqualTo(20);
        assertThat(lockout.tryCharge("user0", ELSEWHERE)).isEmpty();
    }

    @Test
    void anAttemptThatCameToNothingIsNotCounted() {
        for (int i = 0; i < 100; i++) {
            assertThat(lockout.tryCharge("alice", HOME)).isEmpty();
            lockout.giveBack("alice", HOME);
        }
    }

    @Test
    void aStreakIsForgottenAfterTwiceTheLongestWait() {
        fail("alice", HOME, 5);
        clock.advance(Duration.ofMinutes(30));

        assertThat(failuresUntilLocked("alice", HOME)).isEqualTo(5);
    }

    @Test
    void offIsOff() {
        LoginLockout off = new LoginLockout(LockoutOptions.DEFAULT.withAfter(0), clock);
        for (int i = 0; i < 1_000; i++) {
            assertThat(off.tryCharge("alice", HOME)).isEmpty();
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> LockoutOptions.DEFAULT.withAfter(-1)).hasMessage("after: -1 (expected: 0 to 10000)");
        assertThatThrownBy(() -> LockoutOptions.DEFAULT.withMaxDelay(Duration.ofMillis(1)))
                .hasMessage("max-delay: less than delay (expected: at least as long)");
    }

    private void fail(String user, String address, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(lockout.tryCharge(user, address)).isEmpty();
        }
    }

    private int failuresUntilLocked(String user, String address) {
        int failures = 0;
        while (lockout.tryCharge(user, address).isEmpty()) {
            failures++;
        }
        return failures;
    }
}
