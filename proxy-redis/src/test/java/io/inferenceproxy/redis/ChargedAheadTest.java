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
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script does with charges that are made ahead of their calls, in a real Redis whose clock is put forward. */
@NullUnmarked // fields are set before each test
class ChargedAheadTest {

    private static final long SECOND = 1_000_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final SharedWindow EXACT = new SharedWindow("exact", Kind.ROLLING, MINUTE, 1, false, 0);
    private static final SharedWindow ON_GRID = new SharedWindow("grid", Kind.ROLLING, MINUTE, 65_536, true, 0);
    private static final SharedWindow FIXED = new SharedWindow("fixed", Kind.FIXED, MINUTE, 1, false, 0);

    @TempDir
    static Path directory;

    private static TestRedis redis;

    private final AtomicLong ahead = new AtomicLong();
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
        counters = RedisCounters.ahead(RedisLink.open(redis.options()), redis.options(), ahead::get);
        alice = new CounterKey(System.nanoTime(), 1);
    }

    @AfterEach
    void close() {
        counters.close();
    }

    private SharedAnswer ask(Verb verb, long at, SharedClaim... claims) throws Exception {
        return counters.ask(new SharedRequest(verb, List.of(claims), at))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }

    private SharedClaim claim(SharedWindow window, long amount, long quota) {
        return new SharedClaim(window, alice, amount, quota, Turns.NONE);
    }

    private long remaining(SharedWindow window, long quota) throws Exception {
        return ask(Verb.PEEK, 0, claim(window, 0, quota)).remaining(0);
    }

    private void pass(long micros) {
        ahead.addAndGet(micros);
    }

    @Test
    void rollingWindowsCountItFromNowAndUntilAPeriodAfterItsTime() throws Exception {
        for (SharedWindow window : List.of(EXACT, ON_GRID)) {
            SharedAnswer slice = ask(Verb.CHARGE, -2 * SECOND, claim(window, 6, 10));
            assertThat(slice.remaining(0)).isEqualTo(4);
            ask(Verb.CHARGE, 0, claim(window, 1, 10));

            SharedAnswer refused = ask(Verb.CHARGE, 0, claim(window, 5, 10));
            assertThat(refused.isDone()).isFalse();
            assertThat(refused.waitMicros(0))
                    .as("for the single one, then for the slice")
                    .isBetween(61 * SECOND, 62 * SECOND + 65_536);
            pass(60 * SECOND + 65_536);
            assertThat(remaining(window, 10)).as("the single one is over").isEqualTo(4);
            pass(refused.waitMicros(0) - 60 * SECOND - 65_536);
            assertThat(remaining(window, 10)).isEqualTo(10);
        }
    }

    @Test
    void whatIsGivenBackIsThatOfItsTimeAlone() throws Exception {
        for (SharedWindow window : List.of(EXACT, ON_GRID)) {
            SharedAnswer slice = ask(Verb.CHARGE, -2 * SECOND, claim(window, 6, 10));
            ask(Verb.CHARGE, 0, claim(window, 1, 10));

            ask(Verb.GIVE_BACK, slice.now() + 2 * SECOND, claim(window, 4, 10));
            assertThat(remaining(window, 10)).isEqualTo(7);
            ask(Verb.GIVE_BACK, slice.now() + 2 * SECOND, claim(window, 4, 10));
            assertThat(remaining(window, 10)).as("no more than was charged").isEqualTo(9);
        }
    }

    @Test
    void fixedWindowsCountItInTheTurnInWhichItIsCharged() throws Exception {
        long now = ask(Verb.PEEK, 0, claim(EXACT, 0, 10)).now();
        Turns turns = new Turns(now - 119 * SECOND, now - 59 * SECOND, now + SECOND, now + 61 * SECOND);
        SharedClaim claim = new SharedClaim(FIXED, alice, 6, 10, turns);

        SharedAnswer slice = ask(Verb.CHARGE, -2 * SECOND, claim);

        assertThat(slice.remaining(0)).isEqualTo(4);
        assertThat(slice.resetMicros(0)).isLessThanOrEqualTo(SECOND);
        pass(SECOND);
        assertThat(ask(Verb.CHARGE, 0, claim).remaining(0))
                .as("of the next turn")
                .isEqualTo(4);
        assertThat(ask(Verb.GIVE_BACK, slice.now(), claim).remaining(0))
                .as("what was charged in the turn before")
                .isEqualTo(4);
    }
}
