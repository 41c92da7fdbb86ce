package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.limit.FailureCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoginLockoutTest {

    private static final int TURNS = 3;
    private static final String HOME = "192.0.2.1";
    private static final String ELSEWHERE = "198.51.100.7";

    private final ManualClock clock = new ManualClock();
    private final FailureCounter perUser = new FailureCounter(LoginLimitOptions.DEFAULT.perUser(), clock);
    private final LoginLockout lockout = new LoginLockout(LockoutOptions.DEFAULT, clock);

    @Test
    void fiveFailuresAreFreeAndEachFurtherOneDoublesTheWaitUpToItsBound() {
        fail("alice", HOME, 4);
        fail("alice", ELSEWHERE, 1);
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
    void aNameThatOthersHaveMadeWaitMayBeTriedAFewTimesFromEachNetworkAndOnceMoreEachDay() {
        fail("alice", ELSEWHERE, 5);

        assertThat(failuresUntilLocked("alice", "20010db800010001/64")).isEqualTo(TURNS);
        assertThat(failuresUntilLocked("alice", "20010db800010002/64"))
                .as("its /48")
                .isZero();
        assertThat(failuresUntilLocked("alice", "20010db800020001/64")).isEqualTo(TURNS);
        clock.advance(Duration.ofDays(1));
        failuresUntilLocked("alice", ELSEWHERE);
        assertThat(failuresUntilLocked("alice", "20010db800020001/64")).isEqualTo(1);
    }

    @Test
    void aTurnThatCameToNothingIsHadAgain() {
        fail("alice", ELSEWHERE, 5);
        for (int i = 0; i < 100; i++) {
            assertThat(lockout.tryCharge("alice", HOME)).isEmpty();
            lockout.giveBack("alice", HOME);
        }
    }

    /** Whoever wins each race for a name that may be tried again is none of the owner's concern. */
    @Test
    void strangersWithManyAddressesWhoGuessAllDayHoldNobodyOutAndHaveABoundedNumberOfGuesses() {
        int networks = 200;
        long guesses = 0;
        long lastRefused = 0;
        for (int second = 0; second < Duration.ofDays(1).toSeconds(); second++) {
            for (int i = 0; i < 2; i++) {
                guesses += admitted("alice", stranger((second + i * networks / 2) % networks)) ? 1 : 0;
            }
            String fresh = "10.9." + second / 250 % 250 + "." + second % 250;
            if (admitted("alice", fresh)) {
                lockout.giveBack("alice", fresh);
                perUser.giveBack(lockout.countedAs("alice", fresh));
            } else {
                lastRefused = second;
            }
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(lastRefused).as("minutes").isLessThanOrEqualTo(60L * networks * TURNS / 10 + 120);
        assertThat(guesses).isLessThan(600 + (long) networks * TURNS);
    }

    @Test
    void strangersWhoUseUpWhatAUserMayTryInAMinuteDoNotHoldUpWhoHasLoggedInThereBefore() {
        lockout.succeeded("alice", HOME);
        int tried = 0;
        while (admitted("alice", stranger(tried))) {
            tried++;
        }

        assertThat(tried).isEqualTo(10);
        assertThat(admitted("alice", HOME)).isTrue();
    }

    private static String stranger(int number) {
        return "198.18." + number / 250 + "." + number % 250;
    }

    /** Asks in the order of a login. */
    private boolean admitted(String user, String address) {
        String counted = lockout.countedAs(user, address);
        if (perUser.tryCharge(counted).isPresent()) {
            return false;
        }
        boolean admitted = lockout.tryCharge(user, address).isEmpty();
        if (!admitted) {
            perUser.giveBack(counted);
        }
        return admitted;
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
