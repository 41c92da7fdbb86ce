package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.limit.CounterKey;
import io.inferenceproxy.limit.SharedAnswer;
import io.inferenceproxy.limit.SharedClaim;
import io.inferenceproxy.limit.SharedClaim.Turns;
import io.inferenceproxy.limit.SharedRequest;
import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.limit.SharedWindow;
import io.inferenceproxy.limit.SharedWindow.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock of the server is set forward or back, or another server takes over whose clock goes differently. */
@NullUnmarked // fields are set before all tests
class ClockStepTest {

    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    @TempDir
    static Path directory;

    private static TestRedis redis;
    private static RedisLink link;
    private static VirtualScript script;
    private static int keys;

    private final CounterKey alice = new CounterKey(keys++, 1);
    private long now = Instant.parse("2026-03-01T12:10:00Z").toEpochMilli() * 1_000;

    @BeforeAll
    static void start() throws Exception {
        redis = TestRedis.start(directory, "appendonly no");
        link = RedisLink.open(redis.options());
        script = new VirtualScript(link, redis.options(), 2);
    }

    @AfterAll
    static void stop() {
        link.close();
        redis.close();
    }

    private SharedClaim rolling(long quota) {
        return claim(new SharedWindow("rolling", Kind.ROLLING, Duration.ofHours(1), 1, false, 0), 1, quota);
    }

    private SharedClaim weighed(long amount) {
        return claim(new SharedWindow("weighed", Kind.ROLLING, Duration.ofHours(1), 1 << 22, true, 0), amount, 1_000);
    }

    private SharedClaim smooth() {
        return claim(new SharedWindow("smooth", Kind.SMOOTH, Duration.ofHours(1), 1, false, 10), 1, 7_200);
    }

    private SharedClaim atOnce(long amount) {
        return claim(new SharedWindow("at-once", Kind.AT_ONCE, Duration.ZERO, 1, false, 0), amount, 2);
    }

    private SharedClaim fixed() {
        SharedWindow window = new SharedWindow("fixed", Kind.FIXED, Duration.ofHours(1), 1, false, 0);
        Turns turns = ModelledFixed.turns(HOUR, ZoneOffset.UTC, now);
        return new SharedClaim(window, alice, 1, 3, turns);
    }

    private SharedClaim claim(SharedWindow window, long amount, long quota) {
        return new SharedClaim(window, alice, amount, quota, Turns.NONE);
    }

    private SharedAnswer ask(int proxy, Verb verb, long at, SharedClaim claim) throws Exception {
        SharedRequest request = new SharedRequest(verb, List.of(claim), at);
        return new AnswerBytes(
                script.run(proxy, request, now).toCompletableFuture().get());
    }

    private SharedAnswer charge(SharedClaim claim) throws Exception {
        return ask(0, Verb.CHARGE, 0, claim);
    }

    private int admitted(int calls, SharedClaim claim) throws Exception {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += charge(claim).isDone() ? 1 : 0;
        }
        return admitted;
    }

    /** Whoever is told a wait and comes back then, and not before, is admitted, however often others ask in the meantime. */
    private void assertAdmittedAfter(long wait, SharedClaim claim) throws Exception {
        assertThat(charge(claim).waitMicros(0)).isEqualTo(wait);
        now += wait / 2;
        assertThat(charge(claim).waitMicros(0)).isEqualTo(wait - wait / 2);
        assertThat(ask(0, Verb.PEEK, 0, claim).remaining(0)).isZero();
        now += wait - wait / 2 - 1;
        assertThat(charge(claim).waitMicros(0)).isOne();
        now++;
        assertThat(charge(claim).isDone()).isTrue();
    }

    @Test
    void aRollingWindowOfAClockThatWasSetBackIsWaitedForNoLongerThanItsPeriod() throws Exception {
        assertThat(admitted(2, rolling(3))).isEqualTo(2);
        now += 20 * MINUTE;
        assertThat(admitted(2, rolling(3))).isOne();

        now -= DAY;

        assertAdmittedAfter(HOUR, rolling(3));
        assertThat(admitted(5, rolling(3))).as("all three are back").isEqualTo(2);
    }

    @Test
    void soIsOneWhoseClockWasSetBackByASecond() throws Exception {
        assertThat(admitted(3, rolling(3))).isEqualTo(3);

        now -= SECOND;

        assertThat(charge(rolling(3)).waitMicros(0)).as("as for a slice").isEqualTo(HOUR + SECOND);
        now += HOUR + SECOND;
        assertThat(admitted(5, rolling(3))).isEqualTo(3);
    }

    @Test
    void aLookIsEnoughToTakeWhatLiesAheadForChargedNow() throws Exception {
        assertThat(admitted(3, rolling(3))).isEqualTo(3);
        now -= DAY;

        assertThat(ask(0, Verb.PEEK, 0, rolling(3)).resetMicros(0)).isEqualTo(HOUR);

        now += HOUR;
        assertThat(admitted(5, rolling(3))).isEqualTo(3);
    }

    @Test
    void amountsOfAClockThatWasSetBackComeBackTogether() throws Exception {
        now -= now % (1 << 22); // on the grid
        charge(weighed(600));
        now += 20 * MINUTE;
        charge(weighed(400));
        now -= now % (1 << 22) + DAY / (1 << 22) * (1 << 22);

        assertThat(charge(weighed(1)).remaining(0)).isZero();

        assertAdmittedAfter(HOUR, weighed(700));
        assertThat(ask(0, Verb.PEEK, 0, weighed(1)).remaining(0)).isEqualTo(300);
    }

    @Test
    void aSliceThatIsDatedAheadIsNotTakenForOneOfAClockThatWasSetBack() throws Exception {
        long ahead = HOUR / 16;
        assertThat(ask(0, Verb.CHARGE, -Math.min(ahead, MINUTE), rolling(1)).isDone())
                .isTrue();
        now += 30 * SECOND;
        assertThat(charge(rolling(1)).isDone()).isFalse();

        now += HOUR;

        assertThat(charge(rolling(1)).waitMicros(0))
                .as("from the end of its life on")
                .isEqualTo(30 * SECOND);
    }

    @Test
    void aRollingWindowOfAClockThatWasSetForwardIsFreeEarlyByAsMuch() throws Exception {
        assertThat(admitted(3, rolling(3))).isEqualTo(3);

        now += 40 * MINUTE;

        assertAdmittedAfter(20 * MINUTE, rolling(3));
    }

    @Test
    void whatWasChargedWhileTheClockWasAheadCountsWhenItIsSetRight() throws Exception {
        assertThat(admitted(1, rolling(3))).isOne();
        now += DAY;
        assertThat(admitted(5, rolling(3))).isEqualTo(3);

        now -= DAY;

        assertAdmittedAfter(HOUR, rolling(3));
    }

    @Test
    void aFixedWindowOfAClockThatWasSetBackIsWaitedForNoLongerThanToTheEndOfItsTurn() throws Exception {
        assertThat(admitted(5, fixed())).isEqualTo(3);

        now -= 5 * HOUR;

        assertThat(charge(fixed()).waitMicros(0)).isEqualTo(50 * MINUTE);
        now += 50 * MINUTE;
        assertThat(admitted(5, fixed())).isEqualTo(3);
    }

    @Test
    void aFixedWindowOfAClockThatWasSetForwardIsInAnotherTurn() throws Exception {
        assertThat(admitted(5, fixed())).isEqualTo(3);

        now += 50 * MINUTE;

        assertThat(admitted(5, fixed())).isEqualTo(3);
    }

    @Test
    void aSmoothWindowOfAClockThatWasSetBackComesBackFromThenOn() throws Exception {
        assertThat(admitted(20, smooth())).isEqualTo(10);

        now -= DAY;

        assertAdmittedAfter(SECOND / 2, smooth());
        now += 5 * SECOND;
        assertThat(admitted(20, smooth())).isEqualTo(10);
    }

    @Test
    void whatWasChargedLaterThanNowCostsASmoothWindowNoMoreThanItself() throws Exception {
        ask(0, Verb.ADD, now + DAY, smooth());

        assertThat(ask(0, Verb.PEEK, 0, smooth()).remaining(0)).isEqualTo(9);
    }

    @Test
    void aSmoothWindowOfAClockThatWasSetForwardIsFreeEarlyByAsMuch() throws Exception {
        assertThat(admitted(20, smooth())).isEqualTo(10);

        now += 3 * SECOND;

        assertThat(admitted(20, smooth())).isEqualTo(6);
    }

    @Test
    void aProxyThatDiedHoldsNothingForLongWhenTheClockIsSetBack() throws Exception {
        assertThat(ask(1, Verb.CHARGE, 0, atOnce(1)).isDone()).isTrue();
        assertThat(admitted(3, atOnce(1))).isOne();

        now -= DAY;

        assertThat(charge(atOnce(1)).isDone()).isFalse();
        now += redis.options().lease().toNanos() / 1_000;
        assertThat(ask(0, Verb.HOLD, 0, atOnce(1)).remaining(0))
                .as("ours is renewed")
                .isOne();
    }

    @Test
    void whoWaitedBeforeTheClockWasSetBackKeepsNobodyWaiting() throws Exception {
        assertThat(admitted(3, atOnce(1))).isEqualTo(2);
        SharedRequest patient = new SharedRequest(Verb.CHARGE, List.of(atOnce(1)), 0, SECOND);
        for (int i = 0; i < 30; i++) {
            now += SECOND - 1;
            script.run(1, patient, now).toCompletableFuture().get();
            ask(0, Verb.HOLD, 0, atOnce(-1));
        }
        ask(0, Verb.HOLD, 0, atOnce(1));

        now -= 20 * SECOND;

        assertThat(charge(atOnce(1)).isDone()).isTrue();
    }

    @Test
    void callsUnderWayAreForgottenByAClockThatIsSetForwardUntilTheyAreRenewed() throws Exception {
        assertThat(ask(1, Verb.HOLD, 0, atOnce(2)).remaining(0)).isZero();

        now += MINUTE;

        assertThat(admitted(3, atOnce(1))).isEqualTo(2);
        assertThat(ask(1, Verb.HOLD, 0, atOnce(2)).remaining(0)).isEqualTo(-2);
        assertThat(admitted(3, atOnce(1))).isZero();
    }
}
