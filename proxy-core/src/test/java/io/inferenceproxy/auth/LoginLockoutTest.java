package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.limit.FailureCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
            Duration wait = lockout.tryCharge("alice", HOME).delay();
            waits.add(wait.toSeconds());
            clock.advance(wait);
            fail("alice", HOME, 1);
        }

        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 900L, 900L);
    }

    @Test
    void aSuccessEndsTheStreakOfWhereItWas() {
        fail("alice", HOME, 2);
        succeed("alice", HOME);
        fail("alice", HOME, 3);
        succeed("alice", HOME);

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
    void aFailureFromANewPlaceCostsOneTurnThereAndNotAll() {
        fail("alice", HOME, 1);
        fail("alice", ELSEWHERE, 4);

        assertThat(failuresUntilLocked("alice", HOME)).isEqualTo(TURNS - 1);
    }

    @Test
    void aTurnThatCameToNothingIsHadAgain() {
        fail("alice", ELSEWHERE, 5);
        for (int i = 0; i < 100; i++) {
            lockout.giveBack(admittedCharge("alice", HOME));
        }
    }

    @Test
    void whatIsGivenBackIsWhatWasChargedThoughMuchHappenedSince() {
        fail("alice", ELSEWHERE, 4);
        LoginLockout.Charge ofTheName = admittedCharge("alice", HOME);
        LoginLockout.Charge turn = admittedCharge("alice", HOME);
        succeed("alice", HOME);

        lockout.giveBack(ofTheName);
        assertThat(lockout.tryCharge("alice", ELSEWHERE).isRefused())
                .as("the wait that it cost is over")
                .isFalse();
        lockout.giveBack(turn);
        assertThat(failuresUntilLocked("alice", HOME)).as("known there").isEqualTo(5);
    }

    @Test
    void whatIsGivenBackDoesNotEndTheWaitThatAnotherHasBroughtAbout() {
        fail("alice", ELSEWHERE, 3);
        LoginLockout.Charge charge = admittedCharge("alice", HOME);
        fail("alice", ELSEWHERE, 1);

        lockout.giveBack(charge);

        assertThat(lockout.tryCharge("alice", ELSEWHERE).delay()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void strangersDoNotSeeThatSomebodyGetsIn() {
        fail("alice", ELSEWHERE, 5);
        fail("nobody", ELSEWHERE, 5);
        succeed("alice", HOME);
        clock.advance(Duration.ofSeconds(1));
        LoginLockout.Charge after = admittedCharge("alice", "203.0.113.9");
        lockout.succeeded("alice", "203.0.113.9", after);
        fail("nobody", "203.0.113.9", 1);

        for (int i = 0; i < 4; i++) {
            Duration wait = lockout.tryCharge("nobody", ELSEWHERE).delay();
            assertThat(lockout.tryCharge("alice", ELSEWHERE).delay()).isEqualTo(wait);
            clock.advance(wait);
            fail("nobody", ELSEWHERE, 1);
            fail("alice", ELSEWHERE, 1);
        }
    }

    @Test
    void aLockoutOfANameOrAnAddressIsOneInTheTrailAndAMadeUpNameIsNoLine() {
        List<String> kinds = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            kinds.add(kind("alice", ELSEWHERE));
        }
        kinds.add(kind("mallory", ELSEWHERE));
        for (int i = 0; i < 3; i++) {
            kinds.add(kind("alice", HOME));
        }

        assertThat(kinds)
                .containsExactly(
                        "LOGIN_FAILURES",
                        "LOGIN_FAILURES",
                        "",
                        "LOGIN_FAILURES",
                        "LOCKOUT",
                        "",
                        "",
                        "LOGIN_FAILURES",
                        "LOGIN_FAILURES",
                        "LOCKOUT");
        assertThat(kindOfTheTwentieth("203.0.113.9")).isEqualTo("LOCKOUT");
    }

    private String kindOfTheTwentieth(String address) {
        for (int i = 1; i < 20; i++) {
            kind("name" + i, address);
        }
        return kind("name20", address);
    }

    private String kind(String user, String address) {
        return lockout.kindOf(lockout.tryCharge(user, address)).map(Enum::name).orElse("");
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
            Optional<LoginLockout.Charge> charge = admission("alice", fresh);
            if (charge.isPresent()) {
                lockout.giveBack(charge.get());
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
        succeed("alice", HOME);
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

    private boolean admitted(String user, String address) {
        return admission(user, address).isPresent();
    }

    /** Asks in the order of a login. */
    private Optional<LoginLockout.Charge> admission(String user, String address) {
        String counted = lockout.countedAs(user, address);
        if (perUser.tryCharge(counted).isPresent()) {
            return Optional.empty();
        }
        LoginLockout.Charge charge = lockout.tryCharge(user, address);
        if (charge.isRefused()) {
            perUser.giveBack(counted);
            return Optional.empty();
        }
        return Optional.of(charge);
    }

    @Test
    void aStrangerWhoFailsFromElsewhereDoesNotLockOutWhoHasLoggedInBefore() {
        succeed("alice", HOME);

        fail("alice", ELSEWHERE, 5);

        assertThat(lockout.tryCharge("alice", ELSEWHERE).isRefused()).isTrue();
        fail("alice", HOME, 1);
    }

    @Test
    void whoHasLoggedInBeforeIsSlowedDownToo() {
        succeed("alice", HOME);

        assertThat(failuresUntilLocked("alice", HOME)).isEqualTo(5);
    }

    @Test
    void anAddressThatFailsWithManyNamesIsSlowedDown() {
        int free = 0;
        while (!lockout.tryCharge("user" + free, HOME).isRefused()) {
            free++;
        }

        assertThat(free).isEqualTo(20);
        fail("user0", ELSEWHERE, 1);
    }

    @Test
    void anAttemptThatCameToNothingIsNotCounted() {
        for (int i = 0; i < 100; i++) {
            lockout.giveBack(admittedCharge("alice", HOME));
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
            assertThat(off.tryCharge("alice", HOME).isRefused()).isFalse();
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
            admittedCharge(user, address);
        }
    }

    private LoginLockout.Charge admittedCharge(String user, String address) {
        LoginLockout.Charge charge = lockout.tryCharge(user, address);
        assertThat(charge.isRefused()).isFalse();
        return charge;
    }

    private void succeed(String user, String address) {
        lockout.succeeded(user, address, admittedCharge(user, address));
    }

    private int failuresUntilLocked(String user, String address) {
        int failures = 0;
        while (!lockout.tryCharge(user, address).isRefused()) {
            failures++;
        }
        return failures;
    }
}
