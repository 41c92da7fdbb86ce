package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.limit.CounterKey;
import io.inferenceproxy.limit.SharedAnswer;
import io.inferenceproxy.limit.SharedClaim;
import io.inferenceproxy.limit.SharedClaim.Turns;
import io.inferenceproxy.limit.SharedCounters;
import io.inferenceproxy.limit.SharedRequest;
import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.limit.SharedWindow;
import io.inferenceproxy.limit.SharedWindow.Kind;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the script decides, in a real Redis whose clock is put forward.
 *
 * <p>It is over 300 lines because its cases share one Redis.
 */
@NullUnmarked // fields are set before each test
class RedisCountersTest {

    private static final SharedWindow HOUR = rolling("hour", Duration.ofHours(1));
    private static final SharedWindow DAY = rolling("day", Duration.ofDays(1));

    @TempDir
    static Path directory;

    private static TestRedis redis;
    private static int keys;

    private final AtomicLong ahead = new AtomicLong();
    private RedisLink link;
    private RedisCounters counters;
    private CounterKey alice;

    @BeforeAll
    static void start() {
        redis = TestRedis.start(directory, "appendfsync no");
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void open() {
        link = RedisLink.open(redis.options());
        counters = RedisCounters.ahead(link, redis.options(), ahead::get);
        alice = new CounterKey(keys++, 1);
    }

    @AfterEach
    void close() {
        counters.close();
    }

    private static SharedWindow rolling(String policy, Duration period) {
        return new SharedWindow(policy, Kind.ROLLING, period, 1, false, 0);
    }

    private SharedClaim claim(SharedWindow window, long amount, long quota) {
        return new SharedClaim(window, alice, amount, quota, Turns.NONE);
    }

    private static <T> T now(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private SharedAnswer ask(Verb verb, long at, SharedClaim... claims) {
        return now(counters.ask(new SharedRequest(verb, List.of(claims), at)));
    }

    private SharedAnswer charge(SharedClaim... claims) {
        return ask(Verb.CHARGE, 0, claims);
    }

    private void pass(Duration time) {
        ahead.addAndGet(time.toNanos() / 1_000);
    }

    private int admitted(int calls, SharedClaim... claims) {
        List<CompletionStage<SharedAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            answers.add(counters.ask(new SharedRequest(Verb.CHARGE, List.of(claims), 0)));
        }
        return (int) answers.stream().filter(each -> now(each).isDone()).count();
    }

    @Test
    void anHourAndADayHoldTogetherOverTwoDays() {
        SharedClaim[] both = {claim(HOUR, 1, 50), claim(DAY, 1, 200)};
        int total = 0;
        for (int hour = 0; hour < 24; hour++) {
            int admitted = admitted(60, both);
            assertThat(admitted).as("hour " + hour).isEqualTo(hour < 4 ? 50 : 0);
            total += admitted;
            pass(Duration.ofHours(1).plusMinutes(hour == 23 ? 0 : 1));
        }

        assertThat(total).isEqualTo(200);
        assertThat(admitted(60, both))
                .as("what the day before was charged first is back")
                .isEqualTo(50);
    }

    @Test
    void aRefusedCallIsToldTheWaitAfterWhichItIsAdmitted() {
        SharedClaim[] both = {claim(HOUR, 1, 2), claim(DAY, 1, 3)};
        assertThat(charge(both).remaining(0)).isOne();
        pass(Duration.ofMinutes(20));
        assertThat(charge(both).remaining(1)).isOne();

        SharedAnswer refused = charge(both);

        assertThat(refused.isDone()).isFalse();
        assertThat(refused.waitMicros(1)).as("the day still admits").isZero();
        Duration wait = Duration.ofNanos(1_000 * refused.waitMicros(0));
        assertThat(wait).isBetween(Duration.ofMinutes(39), Duration.ofMinutes(40));
        pass(wait);
        assertThat(charge(both).isDone()).isTrue();
    }

    @Test
    void oneWindowThatRefusesKeepsAllOthersFromBeingCharged() {
        charge(claim(DAY, 1, 1));

        SharedAnswer refused = charge(claim(HOUR, 1, 50), claim(DAY, 1, 1));

        assertThat(refused.isDone()).isFalse();
        assertThat(ask(Verb.PEEK, 0, claim(HOUR, 1, 50)).remaining(0)).isEqualTo(50);
    }

    @Test
    void whatIsGivenBackIsThatVeryCharge() {
        SharedAnswer first = charge(claim(HOUR, 1, 2));
        pass(Duration.ofMinutes(10));
        SharedAnswer second = charge(claim(HOUR, 1, 2));

        ask(Verb.GIVE_BACK, second.now(), claim(HOUR, 1, 2));

        assertThat(charge(claim(HOUR, 1, 2)).remaining(0)).isZero();
        ask(Verb.GIVE_BACK, first.now() - 1, claim(HOUR, 1, 2));
        assertThat(charge(claim(HOUR, 1, 2)).isDone())
                .as("nothing was charged then")
                .isFalse();
    }

    @Test
    void whatWasAdmittedElsewhereIsAddedAtItsTimeAndOverTheQuota() {
        long before = charge(claim(HOUR, 1, 5)).now();
        pass(Duration.ofMinutes(30));
        charge(claim(HOUR, 1, 5));

        SharedAnswer added = ask(Verb.ADD, before + 60_000_000, claim(HOUR, 4, 5));

        assertThat(added.remaining(0)).isEqualTo(-1);
        assertThat(added.isDone()).isTrue();
        pass(Duration.ofMinutes(31));
        assertThat(ask(Verb.PEEK, 0, claim(HOUR, 1, 5)).remaining(0)).isEqualTo(4);
    }

    @Test
    void amountsOnAGridAreKeptShortAndNeverCountedLessLongThanThePeriod() {
        long grid = Duration.ofMinutes(1).toNanos() / 1_000;
        SharedClaim tokens =
                claim(new SharedWindow("tokens", Kind.ROLLING, Duration.ofHours(1), grid, true, 0), 700, 100_000);
        for (int i = 0; i < 100; i++) {
            charge(tokens);
        }
        assertThat(ask(Verb.PEEK, 0, tokens).remaining(0)).isEqualTo(30_000);

        pass(Duration.ofMinutes(60));
        assertThat(ask(Verb.PEEK, 0, tokens).remaining(0)).as("rounded up").isEqualTo(30_000);
        pass(Duration.ofMinutes(1));

        assertThat(ask(Verb.PEEK, 0, tokens).remaining(0)).isEqualTo(100_000);
    }

    @Test
    void aWindowThatGetsAmountsKeepsItsCountAndSoDoesOneThatLosesThem() {
        SharedClaim plain = claim(rolling("grows", Duration.ofHours(1)), 1, 512);
        long grid = Duration.ofSeconds(4).toNanos() / 1_000;
        SharedClaim weighed =
                claim(new SharedWindow("grows", Kind.ROLLING, Duration.ofHours(1), grid, true, 0), 7, 600);
        SharedAnswer first = charge(plain);
        pass(Duration.ofMinutes(10));
        assertThat(admitted(499, plain)).isEqualTo(499);

        assertThat(ask(Verb.PEEK, 0, weighed).remaining(0)).isEqualTo(100);
        assertThat(ask(Verb.PEEK, 0, plain).remaining(0))
                .as("of the others still")
                .isEqualTo(12);
        assertThat(charge(weighed).remaining(0)).isEqualTo(93);
        assertThat(charge(plain).remaining(0)).as("both kinds count all").isEqualTo(4);
        assertThat(admitted(20, plain)).isEqualTo(4);
        assertThat(charge(weighed).remaining(0)).isEqualTo(81);
        ask(Verb.GIVE_BACK, first.now(), plain);
        assertThat(ask(Verb.PEEK, 0, weighed).remaining(0))
                .as("that very charge")
                .isEqualTo(82);

        SharedAnswer refused = charge(plain);
        assertThat(Duration.ofNanos(1_000 * refused.waitMicros(0)))
                .isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        pass(Duration.ofHours(1).plusSeconds(4));
        assertThat(admitted(600, plain)).as("all are out of the window").isEqualTo(512);
        RedisAsyncCommands<byte[], byte[]> all = (RedisAsyncCommands<byte[], byte[]>) link.commands();
        List<byte[]> found = now(all.keys("{inference-proxy}:rolling:grows:3600:*"));
        assertThat(now(all.strlen(found.get(0)))).as("without amounts again").isEqualTo(512 * 8);
    }

    @Test
    void amountsThatNeverFitAreTold() {
        SharedWindow tokens = new SharedWindow("tokens", Kind.ROLLING, Duration.ofHours(1), 1, true, 0);
        charge(claim(tokens, 60, 100));

        assertThat(charge(claim(tokens, 101, 100)).waitMicros(0)).isEqualTo(SharedAnswer.NEVER);
        assertThat(charge(claim(tokens, 50, 100)).waitMicros(0))
                .isBetween(
                        Duration.ofMinutes(59).toNanos() / 1_000,
                        Duration.ofHours(1).toNanos() / 1_000);
        SharedAnswer settled = charge(claim(tokens, 40, 100));
        ask(Verb.GIVE_BACK, settled.now(), claim(tokens, 30, 100));
        assertThat(ask(Verb.PEEK, 0, claim(tokens, 1, 100)).remaining(0)).isEqualTo(30);
    }

    @Test
    void aFixedWindowComesBackWholeWhenTheServersClockReachesTheTurn() {
        long start = ask(Verb.PEEK, 0, claim(HOUR, 1, 1)).now();
        long hour = Duration.ofHours(1).toNanos() / 1_000;
        long begin = start - start % hour;
        SharedWindow window = new SharedWindow("fixed", Kind.FIXED, Duration.ofHours(1), 1, false, 0);
        SharedClaim claim =
                new SharedClaim(window, alice, 1, 3, new Turns(begin - hour, begin, begin + hour, begin + 2 * hour));
        assertThat(admitted(10, claim)).isEqualTo(3);
        SharedAnswer refused = charge(claim);
        assertThat(refused.waitMicros(0)).isEqualTo(begin + hour - refused.now());

        ahead.set(begin + hour - start);

        assertThat(admitted(10, claim)).isEqualTo(3);
    }

    @Test
    void aFixedWindowCountsAClockThatWasSetBackBeforeItsTurnInThatTurn() {
        long start = ask(Verb.PEEK, 0, claim(HOUR, 1, 1)).now();
        long hour = Duration.ofHours(1).toNanos() / 1_000;
        SharedWindow window = new SharedWindow("fixed", Kind.FIXED, Duration.ofHours(1), 1, false, 0);
        SharedClaim claim =
                new SharedClaim(window, alice, 1, 3, new Turns(start - hour, start, start + hour, start + 2 * hour));
        assertThat(admitted(1, claim)).isOne();

        pass(Duration.ofMinutes(-1));

        assertThat(admitted(10, claim)).isEqualTo(2);
    }

    @Test
    void aSmoothWindowAdmitsItsBurstAndThenOneAfterTheOther() {
        SharedWindow window = new SharedWindow("smooth", Kind.SMOOTH, Duration.ofHours(1), 1, false, 10);
        SharedClaim claim = claim(window, 1, 3600);
        assertThat(admitted(20, claim)).isBetween(10, 11);
        assertThat(charge(claim).waitMicros(0)).isBetween(1L, 1_000_000L);

        pass(Duration.ofMillis(5_500));

        assertThat(admitted(20, claim)).isBetween(5, 6);
        pass(Duration.ofHours(1));
        assertThat(ask(Verb.PEEK, 0, claim).remaining(0)).isEqualTo(10);
    }

    @Test
    void callsUnderWayOfAProxyThatDiesComeBackWhenItsLeaseIsOver() {
        SharedClaim claim = claim(new SharedWindow("models", Kind.AT_ONCE, Duration.ZERO, 1, false, 0), 1, 3);
        assertThat(admitted(5, claim)).isEqualTo(3);
        RedisCounters other = RedisCounters.ahead(link, redis.options(), ahead::get);
        SharedRequest theirs = new SharedRequest(Verb.CHARGE, List.of(claim), 0);
        ask(Verb.GIVE_BACK, 0, claim);
        assertThat(now(other.ask(theirs)).isDone()).isTrue();
        assertThat(now(other.ask(theirs)).isDone()).isFalse();

        pass(redis.options().lease().dividedBy(2));
        now(other.ask(new SharedRequest(Verb.HOLD, List.of(claim), 0)));
        pass(redis.options().lease().dividedBy(2).plusSeconds(1));

        assertThat(now(other.ask(theirs)).remaining(0))
                .as("theirs are renewed, ours were two")
                .isOne();
    }

    @Test
    void whoeverHasWaitedForLongGoesFirst() {
        SharedClaim claim = claim(new SharedWindow("models", Kind.AT_ONCE, Duration.ZERO, 1, false, 0), 1, 1);
        RedisCounters other = RedisCounters.ahead(link, redis.options(), ahead::get);
        SharedRequest patient = new SharedRequest(Verb.CHARGE, List.of(claim), 0).withPatience(300_000);
        assertThat(charge(claim).isDone()).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(now(other.ask(patient)).isDone()).isFalse();
            pass(Duration.ofMillis(200));
        }
        assertThat(ask(Verb.GIVE_BACK, 0, claim).remaining(0)).isOne();

        assertThat(charge(claim).isDone()).as("the other has waited for longer").isFalse();
        assertThat(now(other.ask(patient)).isDone()).isTrue();

        now(other.ask(new SharedRequest(Verb.GIVE_BACK, List.of(claim), 0)));
        assertThat(charge(claim).isDone()).as("nobody waits any more").isTrue();
    }

    @Test
    void whoDoesNotAskAnyMoreKeepsNobodyWaiting() {
        SharedClaim claim = claim(new SharedWindow("models", Kind.AT_ONCE, Duration.ZERO, 1, false, 0), 1, 1);
        RedisCounters other = RedisCounters.ahead(link, redis.options(), ahead::get);
        SharedRequest patient = new SharedRequest(Verb.CHARGE, List.of(claim), 0).withPatience(600_000);
        assertThat(charge(claim).isDone()).isTrue();
        assertThat(now(other.ask(patient)).isDone()).isFalse();
        ask(Verb.GIVE_BACK, 0, claim);
        pass(Duration.ofMillis(550));
        assertThat(charge(claim).isDone()).isFalse();

        pass(Duration.ofMillis(50));

        assertThat(charge(claim).isDone()).isTrue();
    }

    @Test
    void whoIsOverAnotherLimitDoesNotWait() {
        SharedClaim claim = claim(new SharedWindow("models", Kind.AT_ONCE, Duration.ZERO, 1, false, 0), 1, 1);
        RedisCounters other = RedisCounters.ahead(link, redis.options(), ahead::get);
        assertThat(charge(claim, claim(HOUR, 1, 1)).isDone()).isTrue();
        now(other.ask(new SharedRequest(Verb.CHARGE, List.of(claim, claim(HOUR, 1, 1)), 0).withPatience(5_000_000)));
        pass(Duration.ofSeconds(1));

        ask(Verb.GIVE_BACK, 0, claim);

        assertThat(charge(claim).isDone()).isTrue();
    }

    @Test
    void aScriptThatTheServerForgotIsSentAgain() {
        charge(claim(HOUR, 1, 2));

        now(link.commands().scriptFlush());

        assertThat(charge(claim(HOUR, 1, 2)).remaining(0)).isZero();
    }

    @Test
    void allWhoBeatAreCountedAndHaveOneSeed() {
        RedisCounters other = RedisCounters.over(link, redis.options());
        now(counters.beat());

        var heard = now(other.beat());

        assertThat(heard.replicas()).isGreaterThanOrEqualTo(2);
        assertThat(now(counters.beat()).seed0()).isEqualTo(heard.seed0());
    }

    @Test
    void aSeedThatTheServerForgotIsPutBackByWhoeverHeardIt() {
        now(counters.beat());
        RedisCounters other = RedisCounters.over(link, redis.options());
        var heard = now(other.beat());

        now(((RedisAsyncCommands<byte[], byte[]>) link.commands()).flushall());

        assertThat(now(other.beat()).seed0()).isEqualTo(heard.seed0());
        assertThat(now(counters.beat()).seed1()).isEqualTo(heard.seed1());
    }

    @Test
    void aProxyThatWasThereBeforeTheClockWasSetBackIsCountedWhenItSaysSoAgain() {
        RedisAsyncCommands<byte[], byte[]> all = (RedisAsyncCommands<byte[], byte[]>) link.commands();
        int before = now(counters.beat()).replicas();
        byte[] key = "{inference-proxy}:replicas".getBytes(StandardCharsets.US_ASCII);
        double tomorrow = (double) (now(counters.beat()).now() + 86_400_000_000L);
        now(all.zadd(key, tomorrow, "another".getBytes(StandardCharsets.US_ASCII)));

        assertThat(now(counters.beat()).replicas()).isEqualTo(before);
    }

    @Test
    void aPolicyThatNobodySaysAnyMoreIsToldOnceAndOneThatOthersHaveIsNot() {
        RedisCounters other = RedisCounters.over(link, redis.options());
        assertThat(now(counters.register(List.of("tokens", "gone", "früher")))).isEmpty();
        assertThat(now(other.register(List.of("tokens", "new")))).as("not yet").isEmpty();
        RedisAsyncCommands<byte[], byte[]> all = (RedisAsyncCommands<byte[], byte[]>) link.commands();
        byte[] key = "{inference-proxy}:policies".getBytes(StandardCharsets.US_ASCII);
        for (byte[] each : now(all.zrange(key, 0, -1))) {
            now(all.zincrby(key, (double) (-1_000 * (SharedCounters.ABSENCE.toMillis() + 1)), each));
        }

        assertThat(now(other.register(List.of("tokens", "new")))).containsExactlyInAnyOrder("gone", "früher");
        assertThat(now(counters.register(List.of("tokens")))).isEmpty();
        assertThat(now(counters.register(List.of()))).as("without limits").isEmpty();
        assertThat(now(all.pttl(key))).isPositive();
    }

    @Test
    void keysGoByThemselvesAndDoNotTellWhoseTheyAre() {
        charge(claim(rolling("instant", Duration.ofSeconds(1)), 1, 2));
        RedisAsyncCommands<byte[], byte[]> all = (RedisAsyncCommands<byte[], byte[]>) link.commands();

        List<byte[]> found = now(all.keys("{inference-proxy}:rolling:instant:1:*"));

        assertThat(found).hasSize(1);
        assertThat(now(all.pttl(found.get(0)))).isBetween(1L, 1_000L);
    }
}
