package io.inferenceproxy.limit;

import io.inferenceproxy.limit.SharedRequest.Verb;
import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rolling and fixed windows and calls at once that several proxies share, in memory: a model of what is elsewhere a script in
 * Redis. Its clock is not that of the proxies. Requests are on their way for as long as a test says, and get lost when it says so.
 *
 * <p>It is over 300 lines because what is charged and how requests get there are told of together.
 */
final class SharedModel {

    private static final long AHEAD_MICROS = 123_456_789_012L;
    private static final long LEASE_MICROS = RedisOptions.DEFAULT.lease().toNanos() / 1_000;

    private final Ticker ticker;
    private final Map<List<Object>, Count> counts = new HashMap<>();
    private final Map<Verb, Integer> asked = new HashMap<>();
    private final AtomicInteger replicas = new AtomicInteger();

    SharedModel(Ticker ticker) {
        this.ticker = ticker;
    }

    Connection connect() {
        replicas.incrementAndGet();
        return new Connection();
    }

    /** What is charged to one window of one caller: when, and how much; or who holds how many calls until when. */
    private static final class Count {
        private final List<long[]> charges = new ArrayList<>();
        private final Map<Connection, long[]> holders = new HashMap<>();
        private long begin;

        private long held(long now) {
            holders.values().removeIf(each -> each[1] <= now);
            return holders.values().stream().mapToLong(each -> each[0]).sum();
        }

        private void hold(Connection who, Verb verb, long amount, long now) {
            long own = holders.getOrDefault(who, new long[2])[0];
            long then = switch (verb) {
                case CHARGE, ADD -> own + amount;
                case GIVE_BACK -> Math.max(0, own - amount);
                case HOLD -> amount < 0 ? own : amount;
                case PEEK -> own;
            };
            if (then > 0 && verb != Verb.PEEK) {
                holders.put(who, new long[] {then, now + LEASE_MICROS});
            } else if (then == 0) {
                holders.remove(who);
            }
        }

        private long total() {
            return charges.stream().mapToLong(each -> each[1]).sum();
        }

        private void giveBack(long at, long amount) {
            long rest = amount;
            for (Iterator<long[]> each = charges.iterator(); each.hasNext() && rest > 0; ) {
                long[] charge = each.next();
                if (charge[0] == at) {
                    long taken = Math.min(rest, charge[1]);
                    charge[1] -= taken;
                    rest -= taken;
                    if (charge[1] == 0) {
                        each.remove();
                    }
                }
            }
        }
    }

    private record Told(long now, boolean isDone, List<Long> remaining, List<Long> reset, List<Long> waits)
            implements SharedAnswer {
        @Override
        public long remaining(int claim) {
            return remaining.get(claim);
        }

        @Override
        public long resetMicros(int claim) {
            return reset.get(claim);
        }

        @Override
        public long waitMicros(int claim) {
            return waits.get(claim);
        }
    }

    /** The time of its clock, in microseconds. */
    long now() {
        return Math.floorDiv(ticker.nanoTime(), 1_000) + AHEAD_MICROS;
    }

    /** How often that was asked. */
    synchronized int asked(Verb verb) {
        return asked.getOrDefault(verb, 0);
    }

    /** All that is charged. */
    synchronized long charged() {
        return counts.values().stream().mapToLong(Count::total).sum();
    }

    /** How many calls are held. */
    synchronized long held() {
        return counts.values().stream().mapToLong(each -> each.held(now())).sum();
    }

    private static boolean isHeld(SharedClaim claim) {
        return claim.window().kind() == SharedWindow.Kind.AT_ONCE;
    }

    private static long amount(SharedRequest request) {
        return request.claims().stream()
                .filter(each -> !isHeld(each))
                .mapToLong(SharedClaim::amount)
                .sum();
    }

    private synchronized void noted(Verb verb) {
        asked.merge(verb, 1, Integer::sum);
    }

    private synchronized SharedAnswer answer(SharedRequest request, Connection who) {
        noted(request.verb());
        List<SharedClaim> claims = request.claims();
        long now = now();
        long at = request.at() <= 0 ? now - request.at() : request.at();
        List<Count> found = claims.stream().map(each -> count(each, now)).toList();
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < claims.size(); i++) {
            boolean judged = request.verb() == Verb.CHARGE || request.verb() == Verb.PEEK;
            waits.add(judged ? wait(claims.get(i), found.get(i), now) : 0L);
        }
        boolean done = request.verb() != Verb.CHARGE || waits.stream().allMatch(each -> each == 0);
        List<Long> remaining = new ArrayList<>();
        List<Long> reset = new ArrayList<>();
        for (int i = 0; i < claims.size(); i++) {
            SharedClaim claim = claims.get(i);
            Count count = found.get(i);
            boolean fixed = claim.window().kind() == SharedWindow.Kind.FIXED;
            boolean charges = request.verb() == Verb.CHARGE || request.verb() == Verb.ADD;
            if (isHeld(claim)) {
                if (done) {
                    count.hold(who, request.verb(), claim.amount(), now);
                }
            } else if (done && charges) {
                count.charges.add(new long[] {fixed ? 0 : at, claim.amount()});
                count.charges.sort((one, other) -> Long.compare(one[0], other[0]));
            } else if (request.verb() == Verb.GIVE_BACK && at >= count.begin) {
                count.giveBack(fixed ? 0 : at, claim.amount());
            }
            remaining.add(claim.quota() - (isHeld(claim) ? count.held(now) : count.total()));
            reset.add(reset(claim, count, now));
        }
        return new Told(now, done, remaining, reset, waits);
    }

    private Count count(SharedClaim claim, long now) {
        Count count = counts.computeIfAbsent(
                List.of(claim.window().policy(), claim.window().period(), claim.key()), same -> new Count());
        if (claim.window().kind() == SharedWindow.Kind.FIXED) {
            long begin = now < claim.turns().end()
                    ? claim.turns().begin()
                    : claim.turns().end();
            if (begin > count.begin) { // what was long under way may mean an older turn
                count.begin = begin;
                count.charges.clear();
            }
        } else {
            long period = claim.window().period().toNanos() / 1_000;
            count.charges.removeIf(each -> each[0] + period <= now);
        }
        return count;
    }

    private static long reset(SharedClaim claim, Count count, long now) {
        if (isHeld(claim)) {
            return 1_000_000;
        }
        if (claim.window().kind() == SharedWindow.Kind.FIXED) {
            long end = now < claim.turns().end()
                    ? claim.turns().end()
                    : claim.turns().after();
            return Math.max(1, end - now);
        }
        long period = claim.window().period().toNanos() / 1_000;
        return count.charges.isEmpty() ? period : Math.min(period, count.charges.get(0)[0] + period - now);
    }

    private static long wait(SharedClaim claim, Count count, long now) {
        if (isHeld(claim)) {
            return count.held(now) < claim.quota() ? 0 : 1_000_000;
        }
        long missing = count.total() + claim.amount() - claim.quota();
        if (missing <= 0) {
            return 0;
        }
        if (claim.window().kind() == SharedWindow.Kind.FIXED) {
            return reset(claim, count, now);
        }
        int last = 0;
        for (long rest = missing - count.charges.get(0)[1];
                rest > 0;
                rest -= count.charges.get(last)[1]) {
            last++;
        }
        return count.charges.get(last)[0] + claim.window().period().toNanos() / 1_000 - now;
    }

    /** A request that is under way since that time. */
    private record Sent(long at, SharedRequest request, CompletableFuture<SharedAnswer> answer) {}

    /** The way of one proxy to it. */
    final class Connection implements SharedCounters {

        private final Deque<Sent> underWay = new ArrayDeque<>();
        private boolean slow;
        private boolean broken;
        private long added;
        private long surplus;

        @Override
        public CompletionStage<SharedAnswer> ask(SharedRequest request) {
            Sent sent = new Sent(ticker.nanoTime(), request, new CompletableFuture<>());
            boolean atOnce;
            synchronized (this) {
                if (broken) {
                    noted(request.verb());
                    fail(sent, false);
                    return sent.answer;
                }
                atOnce = !slow;
                if (slow) {
                    underWay.add(sent);
                }
            }
            if (atOnce) {
                carryOut(sent);
            }
            return sent.answer;
        }

        private void carryOut(Sent sent) {
            if (sent.request.verb() == Verb.ADD) {
                added += amount(sent.request);
            }
            sent.answer.complete(answer(sent.request, this));
        }

        /** Its answer does not come; what was charged so is charged again, or to nobody, and what was not given back stays. */
        private void fail(Sent sent, boolean carriedOut) {
            boolean charged =
                    carriedOut && answer(sent.request, this).isDone() && sent.request.verb() != Verb.GIVE_BACK;
            if (charged || !carriedOut && sent.request.verb() == Verb.GIVE_BACK) {
                surplus += amount(sent.request);
            }
            sent.answer.completeExceptionally(new SharedCountersException("broken", new Exception()));
        }

        /** It breaks: some of what is under way gets there, and no answer comes back. */
        void breaks(Random random) {
            List<Sent> lost;
            synchronized (this) {
                broken = true;
                lost = List.copyOf(underWay);
                underWay.clear();
            }
            lost.forEach(each -> fail(each, random.nextBoolean()));
        }

        void heals() {
            broken = false;
        }

        /** It is not counted among those who are there any more. */
        void leaves() {
            replicas.decrementAndGet();
        }

        /** How much was added, and answered. */
        long added() {
            return added;
        }

        /** How much more may be charged than was admitted, since requests or their answers got lost. */
        long surplus() {
            return surplus;
        }

        @Override
        public synchronized CompletionStage<SharedPulse> beat() {
            return broken
                    ? CompletableFuture.failedFuture(new SharedCountersException("broken", new Exception()))
                    : CompletableFuture.completedFuture(new SharedPulse(now(), replicas.get(), 1, 2));
        }

        @Override
        public CompletionStage<List<String>> register(Collection<String> policies) {
            return CompletableFuture.completedFuture(List.of());
        }

        /** Requests stay under way until they are let through. */
        synchronized void slow() {
            slow = true;
        }

        /** All that is under way gets through, and what is asked from now on. */
        void fast() {
            passAll();
            synchronized (this) {
                slow = false;
            }
        }

        synchronized void breaks() {
            broken = true;
        }

        /** Lets the request through that is the longest under way; false when there is none. */
        boolean pass() {
            return passOlder(Duration.ZERO);
        }

        /** As {@link #pass()}, if it is under way for as long as that. */
        boolean passOlder(Duration age) {
            Sent next;
            synchronized (this) {
                next = underWay.peek();
                if (next == null || ticker.nanoTime() - next.at < age.toNanos()) {
                    return false;
                }
                underWay.remove();
            }
            carryOut(next);
            return true;
        }

        void passAll() {
            passAllOlder(Duration.ZERO);
        }

        void passAllOlder(Duration age) {
            boolean any = true;
            while (any) {
                any = passOlder(age);
            }
        }

        @Override
        public void close() {
            // there is nothing to let go of
        }
    }
}
