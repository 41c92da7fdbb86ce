package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.limit.LimitDecision.Admitted;
import io.inferenceproxy.limit.LimitDecision.Pending;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.testing.StepScheduler;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Proxies that take slices of the same quotas, in random schedules of calls, pauses, round trips that take their time, charges
 * given back and proxies that die: never more than the quota is admitted in any span, and what nobody used comes back.
 */
class SliceScheduleTest {

    private static final int STEPS = 20_000;
    private static final int PROXIES = 3;
    private static final int USERS = 3;

    /** The longest round trip: shorter than the turn of a fixed window. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final ManualTicker ticker = new ManualTicker();
    private final StepScheduler io = new StepScheduler();
    private final SharedModel model = new SharedModel(ticker);
    private final List<SharedModel.Connection> connections = new ArrayList<>();
    private final List<LimitPolicies> proxies = new ArrayList<>();

    /** The calls of one user that were admitted, by when they were, and how many at the same time. */
    private final List<TreeMap<Long, Integer>> admitted = new ArrayList<>();

    private final List<Given> outstanding = new ArrayList<>();
    private long total;

    private record Given(int user, long at, Charge charge) {}

    private void start(RedisOptions options, LimitPolicyOptions policy) {
        SharedModel.Connection connection = model.connect();
        connections.add(connection);
        proxies.add(LimitPolicies.shared(
                Map.of("per-user", policy), ticker, LimitObserver.NONE, connection, options, nanos -> {}));
    }

    private ProxyCall call(int user) {
        return ContentCall.by("i", "user-" + user).call(io);
    }

    private void decide(LimitPolicies proxy, int user) {
        LimitDecision decision = proxy.limiter().tryAcquire(call(user));
        if (decision instanceof Pending pending) {
            pending.decided().whenComplete((known, never) -> decided(known, user));
        } else {
            decided(decision, user);
        }
    }

    private void decided(LimitDecision decision, int user) {
        if (decision instanceof Admitted granted) {
            admitted.get(user).merge(model.now(), 1, Integer::sum);
            outstanding.add(new Given(user, model.now(), granted.charge()));
            total++;
        }
    }

    private void giveBack(Given given) {
        given.charge.giveBack();
        admitted.get(given.user).merge(given.at, -1, Integer::sum);
        total--;
    }

    /**
     * Runs a schedule.
     *
     * @param pause how long pauses are at most, in microseconds; often so long that a slice is used late in its life
     * @param rest how long some are, so that windows are empty then and slices are taken
     */
    private void run(Random random, long pause, long rest) {
        for (int i = 0; i < USERS; i++) {
            admitted.add(new TreeMap<>());
        }
        for (int step = 0; step < STEPS; step++) {
            connections.forEach(each -> each.passAllOlder(LONGEST));
            int which = random.nextInt(PROXIES);
            switch (random.nextInt(16)) {
                case 0 -> ticker.advanceNanos(1_000 * random.nextLong(random.nextInt(20) == 0 ? rest : pause));
                case 1 -> connections.get(which).slow();
                case 2 -> connections.get(which).fast();
                case 3 -> proxies.get(which).sharing().orElseThrow().slices().sweep();
                case 4 -> {
                    if (!outstanding.isEmpty()) {
                        giveBack(outstanding.remove(random.nextInt(outstanding.size())));
                    }
                }
                case 5, 6 -> connections.get(which).pass();
                default -> {
                    ticker.advanceNanos(1_000 * random.nextLong(10_000));
                    decide(proxies.get(which), random.nextInt(2) == 0 ? 0 : random.nextInt(USERS));
                }
            }
        }
    }

    private void end() {
        connections.forEach(SharedModel.Connection::fast);
        proxies.forEach(each -> each.sharing().orElseThrow().close());
    }

    /** Never more than so many in any span of so many microseconds. */
    private void assertNeverMore(int quota, long period) {
        for (TreeMap<Long, Integer> each : admitted) {
            long inSpan = 0;
            var oldest = each.entrySet().iterator();
            var gone = oldest.next();
            for (Map.Entry<Long, Integer> entry : each.entrySet()) {
                inSpan += entry.getValue();
                while (gone.getKey() + period <= entry.getKey()) {
                    inSpan -= gone.getValue();
                    gone = oldest.next();
                }
                assertThat(inSpan).isLessThanOrEqualTo(quota);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8})
    void rollingWindowsNeverExceedTheirQuotaInAnySpan(long seed) {
        Random random = new Random(seed);
        int quota = 20 + random.nextInt(100);
        Duration period = Duration.ofSeconds(2 + random.nextInt(20));
        RedisOptions options = RedisOptions.DEFAULT
                .withUrl("redis://model")
                .withSlice(4 + random.nextInt(30))
                .withSliceFor(Duration.ofMillis(100 + random.nextInt(2_000)));
        for (int i = 0; i < PROXIES; i++) {
            start(
                    options,
                    LimitPolicyOptions.DEFAULT.withWindows(
                            List.of(Window.of(quota, period), Window.of(4L * quota, period.multipliedBy(9)))));
        }

        long micros = period.toNanos() / 1_000;
        run(random, micros / 20, 3 * micros);
        end();

        assertThat(total).isPositive();
        assertNeverMore(quota, micros);
        assertNeverMore(4 * quota, 9 * micros);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fixedWindowsNeverExceedTheirQuotaInAnyTurn(long seed) {
        Random random = new Random(seed);
        int quota = 300 + random.nextInt(400);
        RedisOptions options = RedisOptions.DEFAULT.withUrl("redis://model").withSlice(4 + random.nextInt(30));
        for (int i = 0; i < PROXIES; i++) {
            start(
                    options,
                    LimitPolicyOptions.DEFAULT
                            .withKind(WindowKind.FIXED)
                            .withWindows(Window.parseAll(quota + " per minute")));
        }

        run(random, 500_000, 30_000_000);
        end();

        for (TreeMap<Long, Integer> each : admitted) {
            Map<Long, Integer> turns = new TreeMap<>();
            each.forEach((at, count) -> turns.merge(at / 60_000_000, count, Integer::sum));
            assertThat(turns.values()).isNotEmpty().allMatch(count -> count <= quota);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatNobodyUsedComesBackButForTheSlicesOfAProxyThatDied(long seed) {
        Random random = new Random(seed);
        int quota = 1_000_000;
        int slice = 4 + random.nextInt(30);
        RedisOptions options = RedisOptions.DEFAULT.withUrl("redis://model").withSlice(slice);
        for (int i = 0; i < PROXIES; i++) {
            start(
                    options,
                    LimitPolicyOptions.DEFAULT
                            .withKey(LimitKey.GLOBAL)
                            .withWindows(Window.parseAll(quota + " per week")));
        }
        run(random, 500_000, 5_000_000);
        connections.forEach(SharedModel.Connection::fast);
        connections.remove(0).breaks();
        proxies.remove(0).sharing().orElseThrow().close();

        end();

        start(
                options,
                LimitPolicyOptions.DEFAULT.withKey(LimitKey.GLOBAL).withWindows(Window.parseAll(quota + " per week")));
        long used = quota
                - proxies.get(proxies.size() - 1)
                        .limiter()
                        .look(call(0))
                        .toCompletableFuture()
                        .join()
                        .get(0)
                        .remaining();
        assertThat(used).isBetween(total, total + slice);
        proxies.get(proxies.size() - 1).sharing().orElseThrow().close();
    }
}
