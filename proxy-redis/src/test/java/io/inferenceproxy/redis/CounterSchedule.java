package io.inferenceproxy.redis;

import static org.assertj.core.api.Assertions.fail;

import io.inferenceproxy.limit.CounterKey;
import io.inferenceproxy.limit.SharedAnswer;
import io.inferenceproxy.limit.SharedClaim;
import io.inferenceproxy.limit.SharedRequest;
import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.limit.SharedWindow;
import io.inferenceproxy.limit.SharedWindow.Kind;
import io.inferenceproxy.redis.ModelledWindow.Ask;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * Calls, charges of other times, what is given back, looks and renewals by three proxies, in virtual time and all by one seed. The
 * models say beforehand what each answer must be, so that nobody waits for one, and what was admitted is looked at once more by
 * {@link AdmittedCalls}, which knows no model.
 *
 * <p>It is over 300 lines because each verb has its step, and all of them share one world.
 */
final class CounterSchedule {

    static final int PROXIES = 3;

    private static final long SECOND = 1_000_000;
    private static final int CALLERS = 2;
    private static final int MOST_OPEN = 200;
    private static final int MOST_UNANSWERED = 500;

    private final long seed;
    private final Random random;
    private final VirtualScript script;
    private final long lease;
    private final Map<String, ModelledWindow> models = new HashMap<>();
    private final Map<String, AdmittedCalls> admitted = new HashMap<>();
    private final Map<String, Integer> happened = new TreeMap<>();
    private final List<Charged> open = new ArrayList<>();
    private final List<Expected> unanswered = new ArrayList<>();
    private long now;
    private int step;

    /** A window of a call that was admitted, as it was charged by one proxy. */
    private record Charged(SharedClaim claim, int who, long at, AdmittedCalls.Call call) {}

    /** What a request must be answered. */
    private record Expected(
            int step,
            SharedRequest request,
            long now,
            boolean done,
            List<long[]> windows,
            CompletionStage<byte[]> answer) {}

    /** A schedule of which nothing is done yet; the time is one at which clocks go forward a day later. */
    CounterSchedule(long seed, VirtualScript script, Duration lease, long begin) {
        this.seed = seed;
        this.random = new Random(seed);
        this.script = script;
        this.lease = lease.toNanos() / 1_000;
        this.now = begin;
    }

    /** Makes so many requests at least; says how often which thing happened. */
    Map<String, Integer> run(int requests) {
        while (step < requests) {
            now += pause();
            int dice = random.nextInt(100);
            if (dice < 60) {
                call();
            } else if (dice < 75) {
                giveBack();
            } else if (dice < 85) {
                add();
            } else if (dice < 93) {
                renew();
            } else {
                request(Verb.PEEK, some(4, false), 0, 0, random.nextInt(PROXIES));
            }
        }
        check();
        admitted.forEach((window, calls) -> calls.requireWithinQuota("seed " + seed + ", " + window));
        return happened;
    }

    private long pause() {
        int dice = random.nextInt(1_000);
        if (dice < 300) {
            return random.nextInt(2);
        }
        if (dice < 998) {
            return random.nextLong(dice < 800 ? SECOND / 20 : dice < 990 ? SECOND : 40 * SECOND);
        }
        return random.nextLong(8 * 3_600 * SECOND);
    }

    /** A call, or several at once that are dated ahead; when it is refused, now and then the same after the wait it was told. */
    private void call() {
        boolean isSlice = random.nextInt(10) == 0;
        List<SharedClaim> claims = some(3, isSlice);
        int who = random.nextInt(PROXIES);
        long patience = random.nextBoolean() ? 0 : 2 * SECOND;
        if (isSlice) {
            request(Verb.CHARGE, claims, -random.nextLong(SECOND), 0, who);
            return;
        }
        long wait = request(Verb.CHARGE, claims, 0, patience, who);
        if (wait > 0 && random.nextInt(wait < 5 * SECOND ? 2 : 40) == 0) {
            now += wait - 1;
            long early = request(Verb.CHARGE, claims, 0, patience, who);
            now++;
            long more = request(Verb.CHARGE, claims, 0, patience, who);
            if (claims.stream().noneMatch(each -> each.window().kind() == Kind.AT_ONCE)) {
                require(early == 1, "a microsecond before it is over it is 1", early);
                require(more == 0, "it is admitted after the wait it was told", more);
                count("admitted after the wait");
            }
        }
    }

    /** Charges of one policy are given back at their own time, all or some, or at one at which there were none. */
    private void giveBack() {
        if (open.isEmpty()) {
            return;
        }
        Charged charged = open.remove(open.size() - 1 - random.nextInt(Math.min(open.size(), 20)));
        SharedClaim claim = charged.claim;
        if (claim.window().kind() == Kind.AT_ONCE) {
            request(Verb.GIVE_BACK, List.of(claim), 0, 0, charged.who);
            return;
        }
        long amount = 1 + random.nextLong(claim.amount());
        boolean isThen = random.nextInt(8) > 0;
        SharedClaim some = claim(claim.window(), claim.key(), amount, claim.quota());
        long at = isThen ? charged.at : charged.at - 2 * CounterShapes.micros(claim.window());
        request(Verb.GIVE_BACK, List.of(some), at, 0, charged.who);
        if (isThen) {
            charged.call.giveBack(amount);
        }
    }

    /** What was admitted elsewhere, under a time of the past, the newest not always last. */
    private void add() {
        SharedClaim claim = some(1, true).get(0);
        long period = claim.window().period().toNanos() / 1_000;
        long ago = random.nextBoolean() ? random.nextLong(period + period / 8) : random.nextLong(10 * SECOND);
        request(Verb.ADD, List.of(claim), now - ago, 0, random.nextInt(PROXIES));
    }

    private void renew() {
        int who = random.nextInt(PROXIES);
        SharedClaim claim = CounterShapes.atOnce(key(), random.nextInt(4) - 1);
        request(Verb.HOLD, List.of(claim), 0, 0, who);
    }

    private CounterKey key() {
        return new CounterKey(seed, random.nextInt(CALLERS));
    }

    /** Some windows, each at most once, of one caller or another. */
    private List<SharedClaim> some(int most, boolean isOfRequests) {
        List<SharedClaim> claims = new ArrayList<>();
        int first = random.nextInt(CounterShapes.COUNT);
        int count = 1 + random.nextInt(most);
        for (int i = 0; i < count; i++) {
            SharedClaim claim = CounterShapes.claim((first + 3 * i) % CounterShapes.COUNT, key(), step, now, random);
            Kind kind = claim.window().kind();
            if (kind != Kind.AT_ONCE && random.nextInt(200) == 0) {
                claim = claim(claim.window(), claim.key(), claim.quota() + 1, claim.quota()); // never admitted
            }
            if (!isOfRequests || kind == Kind.ROLLING || kind == Kind.FIXED) {
                claims.add(claim);
            }
        }
        return claims.isEmpty() ? some(most, isOfRequests) : claims;
    }

    private SharedClaim claim(SharedWindow window, CounterKey key, long amount, long quota) {
        return new SharedClaim(window, key, amount, quota, CounterShapes.turns(window, now, random));
    }

    /** Asks, and says how long it is waited then; what becomes of it the models know. */
    private long request(Verb verb, List<SharedClaim> claims, long at, long patience, int who) {
        step++;
        SharedRequest request = new SharedRequest(verb, claims, at, patience);
        long made = at > 0 ? at : now - at;
        List<Ask> asks = claims.stream()
                .map(each -> new Ask(verb, each, now, made, who, patience))
                .toList();
        List<long[]> windows = new ArrayList<>();
        boolean refused = false;
        boolean exhausted = false;
        long longest = 0;
        for (Ask ask : asks) {
            long wait = model(ask.claim()).waitOf(ask);
            refused |= wait != 0;
            if (wait != 0 && verb == Verb.CHARGE) {
                count("refused by " + ask.claim().window().policy());
            }
            exhausted |= wait != 0 && ask.claim().window().kind() != Kind.AT_ONCE;
            longest = longest < 0 || wait < 0 ? ModelledWindow.NEVER : Math.max(longest, wait);
            windows.add(new long[] {0, 0, wait, 0});
        }
        boolean done = verb != Verb.CHARGE || !refused;
        for (int i = 0; i < asks.size(); i++) {
            Ask ask = asks.get(i);
            ModelledWindow model = model(ask.claim());
            if (!done) {
                model.refuse(ask, !exhausted);
            } else if (verb != Verb.PEEK) {
                model.change(ask);
            }
            if (done && verb == Verb.CHARGE) {
                opened(ask);
            }
            windows.get(i)[0] = model.remaining(ask);
            windows.get(i)[1] = model.reset(ask);
            windows.get(i)[3] = model.until();
        }
        count(verb + (done ? "" : " refused"));
        unanswered.add(new Expected(step, request, now, done, windows, script.run(who, request, now)));
        if (unanswered.size() >= MOST_UNANSWERED) {
            check();
        }
        return done ? 0 : longest;
    }

    private void opened(Ask ask) {
        SharedClaim claim = ask.claim();
        AdmittedCalls.Call call = new AdmittedCalls.Call(ask.now(), ask.at(), ask.amount(), ask.quota());
        if (claim.window().kind() != Kind.AT_ONCE) {
            admitted.computeIfAbsent(nameOf(claim), any -> new AdmittedCalls(claim))
                    .add(call);
        }
        open.add(new Charged(claim, ask.who(), claim.window().kind() == Kind.FIXED ? now : ask.at(), call));
        if (open.size() > MOST_OPEN) {
            open.remove(0);
        }
    }

    private static String nameOf(SharedClaim claim) {
        return claim.window().policy() + " of " + claim.key().low();
    }

    private ModelledWindow model(SharedClaim claim) {
        return models.computeIfAbsent(nameOf(claim), any -> CounterShapes.model(claim.window(), lease));
    }

    private void check() {
        for (Expected expected : unanswered) {
            try {
                check(expected, expected.answer.toCompletableFuture().get());
            } catch (InterruptedException | ExecutionException failed) {
                throw new AssertionError("seed " + seed + ", step " + expected.step + ": " + expected.request, failed);
            }
        }
        unanswered.clear();
    }

    private void check(Expected expected, byte[] bytes) {
        SharedAnswer answer = new AnswerBytes(bytes);
        int windows = expected.windows.size();
        int ends = bytes.length - windows * Double.BYTES;
        StringBuilder wrong = new StringBuilder();
        tell(wrong, "done", answer.isDone(), expected.done);
        for (int i = 0; i < windows; i++) {
            long[] window = expected.windows.get(i);
            tell(wrong, "remaining " + i, answer.remaining(i), window[0]);
            tell(wrong, "reset " + i, answer.resetMicros(i), window[1]);
            tell(wrong, "wait " + i, answer.waitMicros(i), window[2]);
            double until = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getDouble(ends + i * Double.BYTES);
            if (!isRight((long) until, window[3], expected)) {
                tell(wrong, "key until " + i, (long) until, window[3]);
            }
        }
        if (wrong.length() > 0) {
            fail(
                    "seed %d, step %d, at %d: %s is answered%s",
                    seed, expected.step, expected.now, expected.request, wrong);
        }
    }

    /** A key lives as long as what is in it counts, rounded up to milliseconds; where nothing is left by a change, it is gone. */
    private static boolean isRight(long until, long counted, Expected expected) {
        if (until == 0) {
            return counted <= expected.now;
        }
        boolean changed = expected.done && expected.request.verb() != Verb.PEEK;
        boolean lasts = until >= counted && until <= Math.max(counted, expected.now) + 1_000;
        return lasts && (counted > expected.now || !changed);
    }

    private static void tell(StringBuilder wrong, String what, Object told, Object expected) {
        if (!told.equals(expected)) {
            wrong.append("; ")
                    .append(what)
                    .append(' ')
                    .append(told)
                    .append(", expected ")
                    .append(expected);
        }
    }

    private void require(boolean isSo, String what, long wait) {
        if (!isSo) {
            fail("seed %d, step %d, at %d: %s, but waits for %d", seed, step, now, what, wait);
        }
    }

    private void count(String what) {
        happened.merge(what, 1, Integer::sum);
    }
}
