package io.inferenceproxy.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inferenceproxy.limit.SharedClaim.Turns;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A policy that is counted elsewhere: its windows there, what was last seen of each caller, and counters of its own for
 * when nobody answers there.
 *
 * <p>The counters of its own are rolling whatever the kind: of the three that admits the least in any span.
 *
 * <p>It is over 300 lines because what is seen of a caller, and what is admitted by it alone, is one state.
 */
final class SharedPolicy {

    private static final int MOST_SEEN = 100_000;

    private final LimitPolicy policy;
    private final SharedWindow[] windows;
    private final CalendarTurns[] calendars;
    private final Turns[] turns;
    private final LimitPolicyOptions fallbackOptions;
    private final Cache<CounterKey, Seen> seen;
    private final HeldCalls held;
    private @Nullable SharedPolicy predecessor;
    private volatile @Nullable SharedPolicy successor;
    private volatile LimitPolicy fallback;
    private volatile @Nullable LimitPolicy leaving;

    /**
     * How the windows of a caller stood.
     *
     * @param remaining of each place
     * @param resetAt when more comes back, by our clock
     * @param until up to when it says how much may be left
     * @param told what we charged without the others since then, and have told them
     * @param toldUntil up to when that counts
     */
    record Seen(List<Long> remaining, List<Long> resetAt, List<Long> until, long told, long toldUntil) {}

    SharedPolicy(LimitPolicy policy) {
        this(policy, Optional.empty());
    }

    /**
     * A policy that has been changed.
     *
     * @param before how it was until it was changed: what is held for its calls goes on to be held
     */
    SharedPolicy(LimitPolicy policy, Optional<SharedPolicy> before) {
        this.policy = policy;
        this.predecessor = before.orElse(null);
        this.held = before.map(SharedPolicy::held).orElseGet(HeldCalls::new);
        LimitPolicyOptions options = policy.options();
        long[] periods = policy.table().counting().periods();
        this.windows = new SharedWindow[periods.length];
        this.calendars = new CalendarTurns[periods.length];
        this.turns = new Turns[periods.length];
        for (int i = 0; i < periods.length; i++) {
            windows[i] = window(policy, Duration.ofNanos(periods[i]));
            calendars[i] = new CalendarTurns(windows[i].period(), options.zoneId());
            turns[i] = Turns.NONE;
        }
        int most = Math.min(MOST_SEEN, options.maxKeys());
        this.fallbackOptions = options.withBurst(0).withKind(WindowKind.ROLLING).withMaxKeys(most);
        this.seen =
                Caffeine.newBuilder().maximumSize(most).executor(Runnable::run).build();
        this.fallback = newFallback();
    }

    private static SharedWindow window(LimitPolicy policy, Duration period) {
        LimitPolicyOptions options = policy.options();
        if (policy.isHeld()) {
            return new SharedWindow(policy.countedAs(), SharedWindow.Kind.AT_ONCE, period, 1, false, 0);
        }
        boolean requests = options.cost() instanceof LimitCost.Requests
                && options.routeCosts().isEmpty();
        long quota = options.highestQuota(period);
        long grid = quota <= RollingCounter.EXACT
                ? 1
                : Math.max(1, Long.highestOneBit(period.toNanos() / 1_000 / RollingCounter.EXACT));
        SharedWindow.Kind kind = switch (options.kind()) {
            case ROLLING -> SharedWindow.Kind.ROLLING;
            case FIXED -> SharedWindow.Kind.FIXED;
            case SMOOTH -> SharedWindow.Kind.SMOOTH;
        };
        boolean rolling = kind == SharedWindow.Kind.ROLLING;
        boolean weighed = rolling && (!requests || quota > RollingCounter.EXACT);
        return new SharedWindow(policy.countedAs(), kind, period, rolling ? grid : 1, weighed, options.burst());
    }

    private LimitPolicy newFallback() {
        return policy.isHeld()
                ? policy
                : LimitPolicy.of(policy.name(), fallbackOptions).get(0);
    }

    LimitPolicy policy() {
        return policy;
    }

    boolean isHeld() {
        return policy.isHeld();
    }

    /**
     * Whether calls can be charged ahead: what each costs is known before, and a charge of a later time takes nothing from
     * what comes back until then, as it would of smooth windows.
     */
    boolean isSliceable() {
        return !isHeld()
                && policy.options().kind() != WindowKind.SMOOTH
                && policy.options().cost() instanceof LimitCost.Requests;
    }

    boolean isFixed() {
        return windows[0].kind() == SharedWindow.Kind.FIXED;
    }

    Duration shortestPeriod() {
        return windows[0].period();
    }

    HeldCalls held() {
        return held;
    }

    int places() {
        return windows.length;
    }

    /** Adds what a request asks of the windows for a caller. */
    void claim(CounterKey key, long amount, long[] quotas, long sharedNow, List<SharedClaim> claims) {
        for (int i = 0; i < windows.length; i++) {
            Turns around = windows[i].kind() == SharedWindow.Kind.FIXED ? turns(i, sharedNow) : Turns.NONE;
            claims.add(new SharedClaim(windows[i], key, amount, quotas[i], around));
        }
    }

    private Turns turns(int place, long sharedNow) {
        Turns known = turns[place]; // another thread's is as good
        if (sharedNow < known.begin() || sharedNow >= known.end()) {
            CalendarTurns calendar = calendars[place];
            CalendarTurns.Turn turn = calendar.at(1_000 * sharedNow);
            known = new Turns(
                    calendar.at(turn.begin() - 1).begin() / 1_000,
                    turn.begin() / 1_000,
                    turn.end() / 1_000,
                    calendar.at(turn.end()).end() / 1_000);
            turns[place] = known;
        }
        return known;
    }

    /** Remembers how the windows of a caller stand; the first of them has that place in the answer. */
    void see(CounterKey key, long[] quotas, SharedAnswer answer, int first, long now) {
        Long[] remaining = new Long[windows.length];
        Long[] resetAt = new Long[windows.length];
        Long[] until = new Long[windows.length];
        for (int i = 0; i < windows.length; i++) {
            boolean judged = quotas[i] > 0;
            remaining[i] = judged ? Math.max(0, answer.remaining(first + i)) : 0;
            resetAt[i] = now + 1_000 * answer.resetMicros(first + i);
            until[i] = !judged
                    ? now
                    : switch (windows[i].kind()) {
                        case ROLLING -> now + windows[i].period().toNanos();
                        case FIXED -> resetAt[i];
                        case SMOOTH, AT_ONCE -> now;
                    };
        }
        seen.put(key, new Seen(List.of(remaining), List.of(resetAt), List.of(until), 0, now));
    }

    /** How many calls of that kind were left to the caller when that was last seen; 0 where it never was. */
    long room(Claim claim) {
        Seen known = seen.getIfPresent(claim.key());
        long least = known == null ? 0 : Long.MAX_VALUE;
        for (int i = 0; known != null && i < claim.quotas().size(); i++) {
            least = Math.min(least, known.remaining.get(claim.quotas().place(i)) / claim.amount());
        }
        return least;
    }

    /**
     * Under which time it stands what was charged ahead, at a time of the shared clock, in microseconds. Rolling windows count
     * it from the last moment on when it may be used; in fixed ones it belongs to the turn in which it was charged.
     */
    long dated(long chargedAt, long ahead) {
        return isFixed() ? chargedAt : chargedAt + ahead;
    }

    /** Something of what a caller was charged has come back. */
    void seeGivenBack(CounterKey key, long amount) {
        seen.asMap()
                .computeIfPresent(
                        key,
                        (same, known) -> new Seen(
                                known.remaining.stream()
                                        .map(each -> each + amount)
                                        .toList(),
                                known.resetAt,
                                known.until,
                                known.told,
                                known.toldUntil));
    }

    /** Our counters forget what was charged here, since the others will be told: our part stays less by it. */
    private void seeTold(CounterKey key, long amount, long now) {
        long until = now + windows[windows.length - 1].period().toNanos();
        List<Long> unknown = Collections.nCopies(windows.length, now);
        seen.asMap()
                .compute(
                        key,
                        (same, known) -> known == null
                                ? new Seen(unknown, unknown, unknown, amount, until)
                                : new Seen(known.remaining, known.resetAt, known.until, known.told + amount, until));
    }

    /** Forgets what was seen: whose it was is not known any more. */
    void forget() {
        seen.invalidateAll();
    }

    /** How the windows stood when they were last seen; as good as new where they never were, or that is long ago. */
    void peek(CounterKey key, Quotas quotas, long now, List<WindowStatus> statuses) {
        Seen known = seen.getIfPresent(key);
        for (int i = 0; i < quotas.size(); i++) {
            LimitWindow window = quotas.window(i);
            int place = quotas.place(i);
            boolean isHeld = window.seconds() == 0;
            if (known == null || now >= Math.max(known.resetAt.get(place), known.until.get(place))) {
                statuses.add(new WindowStatus(window, window.quota(), window.seconds()));
            } else {
                long nanos = Math.max(0, known.resetAt.get(place) - now);
                long remaining = Math.min(window.quota(), known.remaining.get(place));
                statuses.add(new WindowStatus(window, remaining, isHeld ? 0 : (nanos + 999_999_999) / 1_000_000_000));
            }
        }
    }

    /** Whether a call that claims this would be refused, as windows stood when they were last seen. */
    boolean seemsUsedUp(Claim claim, long now) {
        Quotas quotas = claim.quotas();
        Seen known = seen.getIfPresent(claim.key());
        for (int i = 0; i < quotas.size(); i++) {
            int place = quotas.place(i);
            long left = quotas.window(i).quota();
            if (known != null && now < Math.max(known.resetAt.get(place), known.until.get(place))) {
                left = known.remaining.get(place);
            }
            if (left < claim.amount()) {
                return true;
            }
        }
        return false;
    }

    /** What one of so many proxies may admit of a caller's quotas by itself, by what it last saw. */
    long[] parts(CounterKey key, long[] quotas, int replicas, long now) {
        Seen known = seen.getIfPresent(key);
        long told = known == null || now >= known.toldUntil ? 0 : known.told;
        long[] parts = new long[quotas.length];
        for (int i = 0; i < parts.length; i++) {
            long left = known == null || now >= known.until.get(i)
                    ? quotas[i]
                    : Math.min(quotas[i], known.remaining.get(i));
            parts[i] = left <= 0 ? 0 : Math.max(0, Math.max(1, left / replicas) - told);
        }
        return parts;
    }

    /** How long until what was last seen of a window says nothing any more. */
    long nanosUntilUnknown(CounterKey key, int place, long now) {
        Seen known = seen.getIfPresent(key);
        return known == null ? 0 : Math.max(0, known.until.get(place) - now);
    }

    /** Where calls are counted that nobody counts elsewhere. */
    LimitPolicy fallback() {
        SharedPolicy next = successor;
        return next != null && next.hasPeriodsOf(this) ? next.fallback() : fallback;
    }

    private boolean hasPeriodsOf(SharedPolicy other) {
        return Arrays.equals(
                policy.table().counting().periods(),
                other.policy.table().counting().periods());
    }

    /** Whether what is charged there will still be told elsewhere. */
    boolean isCounting(LimitPolicy which) {
        SharedPolicy next = successor;
        return next != null ? next.isCounting(which) : which == fallback || which == leaving; // no two are equal
    }

    /**
     * Takes over from the policy as it was what was charged without the others; what it cannot count on, since windows have
     * other periods, is to be told, when nobody is at it any more. While nobody tells.
     */
    List<LimitPolicy> takeOver() {
        SharedPolicy before = predecessor;
        predecessor = null;
        if (before == null || isHeld()) {
            return List.of();
        }
        LimitPolicy rest = before.leaving;
        boolean same = hasPeriodsOf(before);
        if (same) {
            fallback = before.fallback;
            leaving = rest;
        }
        before.successor = this; // last: from now on whoever asks there is sent here
        if (same) {
            return List.of();
        }
        return rest == null ? List.of(before.fallback) : List.of(rest, before.fallback);
    }

    /**
     * Puts empty counters in the place of those that count, if these count anything, and returns those that were replaced
     * the time before: hardly anybody who began with them is still at it, and who is tells of it by itself.
     */
    @Nullable
    LimitPolicy turnOver(long now) {
        LimitPolicy done = leaving;
        if (!isHeld() && fallback.table().size() > 0) {
            LimitPolicy full = fallback;
            SavedCharges.of(full, now, (key, amount, at) -> seeTold(key, amount, now)); // before anybody counts anew
            leaving = full;
            fallback = newFallback();
        } else {
            leaving = null;
        }
        return done;
    }
}
