package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.limit.LimitDecision.Admitted;
import io.inferenceproxy.limit.LimitDecision.Pending;
import io.inferenceproxy.limit.RedisOptions.OnFailure;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Proxies that share a budget and calls at once, in random schedules of calls that reserve, settle for less or more or are given
 * back, answers that are late or lost, outages and proxies that die: when all is well again, what is charged is what was
 * admitted, and more only by what the trouble accounts for; and held is what is under way.
 */
class SharedScheduleTest {

    private static final int STEPS = 4_000;
    private static final int BETWEEN = 1_000;
    private static final int PROXIES = 3;
    private static final int USERS = 3;
    private static final int ESTIMATE = 20;
    private static final int AT_ONCE = 6;
    private static final Duration ROUND = Duration.ofMillis(250);

    /** Longer than a lease, and than it takes to ask again after an outage. */
    private static final int ROUNDS_UNTIL_WELL = 60;

    private static final LimitCost USAGE = LimitCost.parse("usage");
    private static final Map<String, LimitPolicyOptions> LIMITS = Map.of(
            "budget",
            LimitPolicyOptions.DEFAULT
                    .withCost(USAGE)
                    .withEstimate(ESTIMATE)
                    .withWindows(Window.parseAll("2000 tokens per week")),
            "models",
            SharedHarness.atOnce(AT_ONCE));

    /** What may befall, each with all before it. */
    private enum Trouble {
        NONE(16),
        /** Slow and broken connections, of one proxy or of all. */
        OUTAGES(19),
        DEATHS(20);

        private final int kinds;

        Trouble(int kinds) {
            this.kinds = kinds;
        }
    }

    private final ManualTicker ticker = new ManualTicker();
    private final SharedModel model = new SharedModel(ticker);
    private final List<Proxy> proxies = new ArrayList<>();
    private Random random = new Random(0);

    /** What is charged when all is well, but for what the connections know of. */
    private long charged;

    /** By how much that may be more, since proxies died in an outage that had charges to give back. */
    private long uncertain;

    /** One of the proxies, and its calls under way. */
    private final class Proxy {
        private final SharedModel.Connection connection = model.connect();
        private final SharedHarness harness = new SharedHarness(connection, OnFailure.SHARE, LIMITS);
        private final List<Charge> open = new ArrayList<>();
        private long toAdd;
        private long toGiveBack;
        private boolean dead;

        void call() {
            LimitDecision decision = harness.limiter.tryAcquire(
                    ContentCall.by("i", "user-" + random.nextInt(USERS)).call(harness.io));
            if (decision instanceof Pending pending) {
                pending.decided().thenAccept(this::decided);
            } else {
                decided(decision);
            }
        }

        private void decided(LimitDecision decision) {
            if (decision instanceof Admitted admitted && !dead) {
                open.add(admitted.charge());
                charged += ESTIMATE;
                toAdd += admitted.charge() instanceof LoneCharge ? ESTIMATE : 0;
            }
        }

        void end(Charge charge) {
            boolean alone = charge instanceof LoneCharge;
            boolean told = charge instanceof LoneCharge known && !known.isCounting();
            int actual = random.nextInt(8) == 0 ? random.nextInt(3 * ESTIMATE) : random.nextInt(4);
            if (random.nextBoolean()) {
                charge.giveBack();
                actual = 0;
            } else {
                charge.settle(USAGE, actual);
            }
            charge.end();
            charged += actual - ESTIMATE;
            if (actual > ESTIMATE || alone && !told) {
                toAdd += actual - ESTIMATE;
            } else if (told) {
                charged += ESTIMATE - actual; // it stays charged
            } else {
                toGiveBack += harness.limits.isDegraded() ? ESTIMATE - actual : 0;
            }
        }

        /** What it has not told is forgotten. */
        void die() {
            if (harness.limits.isDegraded()) {
                uncertain += toGiveBack + ESTIMATE * harness.limits.timeouts();
            }
            dead = true;
            connection.breaks(random);
            connection.leaves();
            charged += connection.surplus() - (toAdd - connection.added());
        }
    }

    private void pass(Duration time) {
        ticker.advance(time);
        proxies.forEach(each -> each.harness.io.advance(time));
    }

    /** What proxies do four times a second; what is under way gets there before. */
    private void round() {
        for (Proxy each : proxies) {
            each.connection.fast();
            each.harness.limits.upkeep().round();
        }
    }

    private void step(int number, Trouble trouble) {
        int which = random.nextInt(PROXIES);
        Proxy proxy = proxies.get(which);
        switch (random.nextInt(trouble.kinds)) {
            case 0 -> pass(Duration.ofMillis(random.nextInt(40)));
            case 1, 2, 3 -> proxy.connection.pass();
            case 4, 5, 6, 7, 8 -> {
                if (!proxy.open.isEmpty()) {
                    proxy.end(proxy.open.remove(random.nextInt(proxy.open.size())));
                }
            }
            case 16 -> proxy.connection.slow();
            case 17 -> proxy.connection.heals();
            case 18 -> {
                if (random.nextInt(8) == 0) {
                    proxies.forEach(each -> each.connection.breaks(random));
                } else {
                    proxy.connection.breaks(random);
                }
            }
            case 19 -> {
                if (random.nextInt(20) == 0) {
                    proxy.die();
                    proxies.set(which, new Proxy());
                }
            }
            default -> proxy.call();
        }
        if (number % 8 == 0) {
            pass(ROUND);
            round();
        }
    }

    private void untilAllIsWell() {
        proxies.forEach(each -> each.connection.heals());
        for (int i = 0; i < ROUNDS_UNTIL_WELL; i++) {
            pass(ROUND);
            round();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, NONE",
        "2, NONE",
        "1, OUTAGES",
        "2, OUTAGES",
        "3, OUTAGES",
        "5, OUTAGES",
        "1, DEATHS",
        "2, DEATHS",
        "3, DEATHS"
    })
    void whatIsChargedIsWhatWasAdmittedAndWhatIsHeldIsUnderWay(long seed, Trouble trouble) {
        random = new Random(seed);
        for (int i = 0; i < PROXIES; i++) {
            proxies.add(new Proxy());
        }
        for (int number = 1; number <= STEPS; number++) {
            step(number, trouble);
            if (number % BETWEEN == 0) {
                untilAllIsWell();

                assertThat(proxies).noneMatch(each -> each.harness.limits.isDegraded());
                long known = charged
                        + proxies.stream()
                                .mapToLong(each -> each.connection.surplus())
                                .sum();
                assertThat(model.charged()).as("after %d steps", number).isBetween(known, known + uncertain);
                assertThat(model.held())
                        .as("under way after %d steps", number)
                        .isEqualTo(proxies.stream()
                                .mapToLong(each -> each.open.size())
                                .sum());
            }
        }
        proxies.forEach(each -> each.harness.close());
    }
}
