package io.inferenceproxy.limit;

import static io.inferenceproxy.limit.SharedHarness.admitted;
import static io.inferenceproxy.limit.SharedHarness.atOnce;
import static io.inferenceproxy.limit.SharedHarness.windows;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.limit.RedisOptions.OnFailure;
import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.testing.ContentCall;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is done when shared counters come back, and all the time. */
class SharedUpkeepTest {

    private static final Duration ROUND = Duration.ofMillis(250);

    private final ScriptedCounters counters = new ScriptedCounters().withReplicas(2);
    private SharedHarness shared = new SharedHarness(counters, OnFailure.SHARE, windows("10 per hour"));

    @AfterEach
    void nothingIsLeft() {
        counters.down(false);
        shared.close();
        assertThat(shared.io.timers()).isZero();
        assertThat(shared.held()).isEmpty();
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            shared.io.advance(ROUND);
            shared.limits.upkeep().round();
        }
    }

    /** How many calls are admitted while nobody answers. */
    private int admittedAlone(int calls) {
        counters.down(true);
        int admitted = shared.admitted(calls);
        rounds(3);
        assertThat(shared.limits.isDegraded()).isTrue();
        counters.asked();
        return admitted;
    }

    @Test
    void whatWasAdmittedAloneIsAddedOnceAndThenTheOthersAreAskedAgain() {
        assertThat(admittedAlone(20)).as("half of the quota").isEqualTo(5);

        counters.down(false);
        rounds(3);
        assertThat(counters.amount(Verb.ADD)).isEqualTo(5);
        assertThat(shared.limits.isDegraded())
                .as("the others may not have added theirs")
                .isTrue();
        rounds(8);

        assertThat(counters.amount(Verb.ADD)).isZero();
        assertThat(shared.limits.isDegraded()).isFalse();
        admitted(shared.limiter.tryAcquire(shared.alice()));
        assertThat(counters.onlyAsked().request().verb()).isEqualTo(Verb.CHARGE);
    }

    @Test
    void whatIsAdmittedWhileTheRestIsAddedIsAddedToo() {
        assertThat(admittedAlone(2)).isEqualTo(2);

        counters.down(false);
        rounds(2);
        int more = shared.admitted(20);
        rounds(9);

        assertThat(more).as("the part is less by what was told").isEqualTo(3);
        assertThat(counters.amount(Verb.ADD)).isEqualTo(5);
        assertThat(shared.limits.isDegraded()).isFalse();
    }

    @Test
    void whatIsAdmittedUntilTheOthersAreAskedAgainIsAddedByThen() {
        shared.close();
        shared = new SharedHarness(counters, OnFailure.SHARE, windows("100 per hour"));
        int alone = admittedAlone(1);

        counters.down(false);
        while (shared.limits.isDegraded()) {
            alone += shared.admitted(1);
            rounds(1);
        }

        assertThat(alone).isGreaterThan(8);
        assertThat(counters.amount(Verb.ADD)).isEqualTo(alone);
    }

    @Test
    void whatIsChargedOnCountersThatWereReadMeanwhileIsAddedToo() {
        int alone = admittedAlone(1);
        counters.down(false);

        shared.io.onReading(3, () -> rounds(2)); // of a decision, a part and a charge
        alone += shared.admitted(1);
        rounds(3);

        assertThat(alone).isEqualTo(2);
        assertThat(counters.amount(Verb.ADD)).isEqualTo(alone);
    }

    @Test
    void whatFailsWhenItIsAddedIsAddedLater() {
        assertThat(admittedAlone(20)).isEqualTo(5);
        counters.down(false);
        rounds(1);
        counters.down(true);
        rounds(4);
        counters.asked();

        counters.down(false);
        rounds(12);

        assertThat(counters.amount(Verb.ADD)).isEqualTo(5);
        assertThat(shared.limits.isDegraded()).isFalse();
    }

    @Test
    void whatIsAddedStandsUnderTheTimeWhenItWasAdmitted() {
        counters.down(true);
        long before = shared.limits.clock().now() / 1_000;
        shared.admitted(1);
        rounds(40);
        counters.asked();
        counters.down(false);

        rounds(3);

        List<SharedRequest> added = counters.asked().stream()
                .map(ScriptedCounters.Asked::request)
                .filter(each -> each.verb() == Verb.ADD)
                .toList();
        assertThat(added).hasSize(1);
        assertThat(added.get(0).at() - shared.limits.state().offset()).isBetween(before, before + 250_000);
    }

    @Test
    void allThatWasAdmittedIsAddedHoweverMuchItIs() {
        counters.down(true);
        int callers = 40_000;
        for (int i = 0; i < callers; i++) {
            RateLimiter limiter = shared.limiter;
            ProxyCall caller = ContentCall.by("i", "caller-" + i).call(shared.io);
            for (int call = 0; call < 3; call++) {
                admitted(limiter.tryAcquire(caller));
            }
        }
        counters.down(false);

        rounds(3);

        assertThat(counters.amount(Verb.ADD)).isEqualTo(3L * callers);
    }

    @Test
    void whatIsLeftWhenItFailsHalfwayIsAddedLater() {
        counters.down(true);
        int callers = 1_000;
        for (int i = 0; i < callers; i++) {
            admitted(
                    shared.limiter.tryAcquire(ContentCall.by("i", "caller-" + i).call(shared.io)));
        }
        counters.asked();
        counters.down(false);
        counters.downAfter(callers / 2);
        rounds(4);
        assertThat(counters.done(Verb.ADD)).isBetween(1L, callers / 2L);
        counters.down(false);

        rounds(4);

        assertThat(counters.done(Verb.ADD)).isEqualTo(callers);
    }

    @Test
    void whatWasAdmittedInAnOutageIsAddedAtTheEndIfSomebodyAnswersThen() {
        assertThat(admittedAlone(20)).isEqualTo(5);
        counters.down(false);

        shared.close();

        assertThat(counters.amount(Verb.ADD)).isEqualTo(5);
    }

    @Test
    void callsUnderWayThatBeginAndEndInAnOutageLeaveNothingToTell() {
        shared.close();
        shared = new SharedHarness(counters, OnFailure.SHARE, atOnce(4));
        counters.down(true);
        for (int i = 0; i < 10; i++) {
            admitted(shared.limiter.tryAcquire(shared.alice())).end();
        }
        counters.asked();
        counters.down(false);

        rounds(12);

        assertThat(shared.limits.isDegraded()).isFalse();
        assertThat(counters.asked()).isEmpty();
    }

    @Test
    void aBeatThatIsNeverAnsweredIsGivenUpForAnother() {
        counters.down(false);
        int before = counters.beats();
        counters.silent();

        rounds(4 + 4 * 5 - 1);
        assertThat(counters.beats() - before).isOne();
        rounds(1);

        assertThat(counters.beats() - before).isEqualTo(2);
    }

    @Test
    void whatIsHeldIsRenewedThreeTimesALeaseAndAtOnceWhenTheCountersAreBack() {
        shared.close();
        shared = new SharedHarness(counters, OnFailure.SHARE, atOnce(4));
        counters.down(false);
        Charge charge = admitted(shared.limiter.tryAcquire(shared.alice()));
        counters.asked();

        rounds(13);
        assertThat(counters.asked()).as("not yet").isEmpty();
        rounds(1);
        assertThat(counters.amount(Verb.HOLD)).isOne();

        counters.down(true);
        Charge alone = admitted(shared.limiter.tryAcquire(shared.alice()));
        rounds(2);
        counters.asked();
        counters.down(false);
        rounds(1);
        assertThat(counters.amount(Verb.HOLD)).as("that of the outage too").isEqualTo(2);
        charge.end();
        alone.end();
    }
}
