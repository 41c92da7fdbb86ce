package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.fail;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ManualTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Calls, what becomes of them, writes of the journal, kills and restarts, in virtual time and all by one seed. Every answer of the
 * limits is held against {@link ModelledLimits}.
 */
final class LimitSchedule {

    /** What answers say that calls cost. */
    static final LimitCost COST = LimitCost.parse("header:X-Cost");

    private static final long SECOND = 1_000_000_000L;
    private static final int CALLERS_AT_A_TIME = 6;
    private static final int STEPS_UNTIL_ANOTHER = 60;
    private static final int MOST_ITEMS = 20;
    private static final int MOST_COST = 25;

    private final long seed;
    private final Random random;
    private final Path directory;
    private final Map<String, LimitPolicyOptions> options;
    private final ModelledLimits model;
    private final ManualTicker ticker = new ManualTicker();
    private final Map<Integer, ProxyCall> calls = new HashMap<>();
    private final List<Open> open = new ArrayList<>();
    private final Map<String, Integer> happened = new TreeMap<>();
    private JournalledLimits limits;
    private long now;
    private int step;
    private int decisions;

    /** An admitted call that has not ended. */
    private record Open(Charge charge, ModelledLimits.Charged charged) {}

    /** Content of so many items. */
    private record Items(long count) implements CallContent {
        @Override
        public String text(String pointer) {
            return "";
        }

        @Override
        public long items(String pointer) {
            return count;
        }
    }

    /**
     * A schedule of which nothing is done yet.
     *
     * @param options the last is one of calls at once and nothing else; the quotas of smooth ones divide their periods
     */
    LimitSchedule(long seed, Map<String, LimitPolicyOptions> options, Instant begin, Path directory) {
        this.seed = seed;
        this.random = new Random(seed);
        this.directory = directory;
        this.options = options;
        this.model = new ModelledLimits(options);
        pass(Duration.between(Instant.EPOCH, begin).toNanos());
        this.limits = new JournalledLimits(directory.resolve("0"), options, ticker);
    }

    /** Goes on until so many decisions were made; says how often which thing happened. */
    Map<String, Integer> run(int until) throws IOException {
        while (decisions < until) {
            step++;
            pass(pause());
            int dice = random.nextInt(2_000);
            if (dice < 1_120) {
                decide(caller(), 1L + random.nextInt(MOST_ITEMS));
            } else if (dice < 1_960) {
                finish();
            } else if (dice < 1_996) {
                limits.journal().write();
                model.written(now);
            } else if (dice < 1_998) {
                limits.journal().checkpoint();
                model.written(now);
            } else if (dice < 1_999) {
                kill();
            } else {
                limits = limits.restarted();
                model.written(now);
                begunAnew("restart");
            }
        }
        limits.close();
        return happened;
    }

    private void pass(long nanos) {
        ticker.advanceNanos(nanos);
        now += nanos;
    }

    private long pause() {
        int dice = random.nextInt(3_000);
        if (dice < 1_000) {
            return 0;
        }
        if (dice == 1_000) {
            return random.nextLong(12 * 3_600 * SECOND);
        }
        return random.nextLong(dice < 1_030 ? 10 * SECOND : dice < 1_400 ? SECOND / 2 : SECOND / 10);
    }

    /** A few call at a time, and others take their places, as soon as a policy that counts few apart has room for them. */
    private int caller() {
        int user = step / STEPS_UNTIL_ANOTHER + random.nextInt(CALLERS_AT_A_TIME);
        if (model.hasRoom(user, now)) {
            return user;
        }
        count("no room");
        return model.anyCounted(now);
    }

    private ProxyCall callOf(int user) {
        return calls.computeIfAbsent(
                user,
                any -> ContentCall.by("i", "user-" + user)
                        .withAddress("192.0.2." + user % ModelledLimits.ADDRESSES)
                        .call());
    }

    /** A call, and now and then, when it is refused, the same once more after the wait that it was told. */
    private void decide(int user, long items) {
        long wait = decided(user, items);
        if (wait > 0 && random.nextInt(wait < 2 * SECOND ? 4 : 16) == 0) {
            pass(wait - 1);
            decided(user, items); // a nanosecond too early
            pass(1);
            long more = decided(user, items);
            if (more > 0 && model.places(user) > 0) {
                fail(said("refused after a wait of " + wait + " as told, for " + more + " more"));
            }
            count("waited");
        }
    }

    /** Returns how long the call is told to wait; 0 when it was admitted. */
    private long decided(int user, long items) {
        decisions++;
        ModelledLimits.Wait wait = model.waitOf(user, items, now);
        LimitDecision decision = limits.limiter().tryAcquire(callOf(user), new Items(items));
        long told = 0;
        if (decision instanceof LimitDecision.Refused refused) {
            told = refused.retryAfter().toNanos();
            refused.violated().forEach(window -> count("refused by " + window.name()));
        } else if (decision instanceof LimitDecision.Admitted admitted) {
            open.add(new Open(admitted.charge(), model.charge(user, items, now)));
        }
        if (told < wait.least() || told > wait.most()) {
            fail(said(decision + " tells a wait of " + told + ", expected " + wait));
        }
        requireSame(user, decision.statuses());
        return told;
    }

    private void requireSame(int user, List<WindowStatus> statuses) {
        String difference = model.difference(user, statuses, now);
        if (!difference.isEmpty()) {
            fail(said("user " + user + " has " + difference));
        }
    }

    /** What was charged for a call, or some of it, is given back, it cost less or more than was reserved, and it ends. */
    private void finish() {
        if (open.isEmpty()) {
            return;
        }
        // Most end soon, some so late that hardly a window counts them any more.
        int late = random.nextInt(4) == 0 ? open.size() : Math.min(open.size(), 4);
        Open call = open.remove(open.size() - 1 - random.nextInt(late));
        int dice = random.nextInt(10);
        if (dice < 2) {
            count("given back");
            call.charge.giveBack();
            call.charge.giveBack();
            model.giveBack(call.charged, policy -> true, now);
        } else if (dice < 4) {
            GiveBack reason = dice == 2 ? GiveBack.CANCELLED : GiveBack.UPSTREAM_FAILURE;
            count("given back for " + reason);
            call.charge.giveBack(reason);
            model.giveBack(call.charged, policy -> policy.giveBack().contains(reason), now);
        }
        if (dice > 0) {
            count("settled");
            long actual = random.nextInt(MOST_COST);
            call.charge.settle(COST, actual);
            model.settle(call.charged, actual, now);
        }
        call.charge.end();
        call.charge.end();
        model.end(call.charged);
        if (random.nextInt(4) == 0) { // else the next decision tells
            int user = call.charged.user();
            requireSame(user, limits.limiter().peek(callOf(user), new Items(1)));
        }
    }

    /** Ends the process between two writes, or in the middle of one, and starts another on what is in the file. */
    private void kill() throws IOException {
        JournalledLimits dead = limits;
        byte[] before = Files.readAllBytes(dead.file());
        dead.journal().write();
        byte[] after = Files.readAllBytes(dead.file());
        boolean added =
                after.length > before.length && Arrays.equals(after, 0, before.length, before, 0, before.length);
        if (!added) {
            model.written(now); // a checkpoint took its place, or there was nothing to write
            return;
        }
        boolean torn = random.nextBoolean();
        int length = before.length + (torn ? random.nextInt(after.length - before.length) : 0);
        Path file = Files.write(directory.resolve("file-" + step), Arrays.copyOf(after, length));
        limits = new JournalledLimits(file, options, ticker);
        model.killed();
        begunAnew(torn ? "killed in a write" : "killed");
        dead.close();
        Files.delete(dead.file());
    }

    /** Nobody has a call under way, and all stand as what is in the file says. */
    private void begunAnew(String how) {
        count(how);
        open.clear();
        model.begunAnew();
        int last = step / STEPS_UNTIL_ANOTHER + CALLERS_AT_A_TIME;
        for (int user = Math.max(0, last - 3 * CALLERS_AT_A_TIME); user < last; user++) {
            requireSame(user, limits.limiter().peek(callOf(user), new Items(1)));
        }
    }

    private void count(String what) {
        happened.merge(what, 1, Integer::sum);
    }

    private String said(String what) {
        return "seed " + seed + ", step " + step + ", " + Instant.EPOCH.plusNanos(now) + ": " + what;
    }
}
