package io.inferenceproxy.cli.simulate;

import io.inferenceproxy.limit.Charge;
import io.inferenceproxy.limit.GiveBack;
import io.inferenceproxy.limit.LimitDecision;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitWindow;
import io.inferenceproxy.limit.RateLimiter;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Plays a log through limits. */
public final class Simulation {

    /** Among how many calls the next one is looked for. */
    static final int SORTED = 10_000;

    private static final int MOST_UNDER_WAY = 100_000;
    private static final int MOST_ROUTES = 10_000;

    private final SimulatedLimits limits;
    private final LogTicker ticker = new LogTicker();
    private final PriorityQueue<LoggedCall> arriving =
            new PriorityQueue<>(Comparator.comparingLong(LoggedCall::arrived));
    private final PriorityQueue<UnderWay> underWay = new PriorityQueue<>(Comparator.comparingLong(UnderWay::end));
    private final Map<String, RateLimiter> limiters = new HashMap<>();
    private final SimulationResult result = new SimulationResult();
    private @Nullable LimitPolicies policies;
    private long newest = Long.MIN_VALUE;

    /**
     * A call that was admitted and has not ended.
     *
     * @param end when it ends, in nanoseconds since 1970
     */
    private record UnderWay(long end, Charge charge, Optional<GiveBack> reason) {
        void finish() {
            reason.ifPresent(charge::giveBack);
            charge.end();
        }
    }

    private Simulation(SimulatedLimits limits) {
        this.limits = limits;
    }

    /** Plays the whole stream. */
    public static SimulationResult run(SimulatedLimits limits, InputStream log) throws IOException {
        Simulation simulation = new Simulation(limits);
        LogLines lines = new LogLines(log);
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            simulation.line(line.get(), lines.isTooLong());
        }
        while (!simulation.arriving.isEmpty()) {
            simulation.play(simulation.arriving.remove());
        }
        return simulation.result;
    }

    private void line(String line, boolean tooLong) {
        result.line();
        if (line.isBlank()) {
            return;
        }
        try {
            if (tooLong) {
                throw new IllegalArgumentException("is too long");
            }
            LoggedCall.parse(line).ifPresent(this::arrive);
        } catch (IllegalArgumentException unreadable) {
            result.unreadable(String.valueOf(unreadable.getMessage()));
        }
    }

    private void arrive(LoggedCall call) {
        if (!call.isCounted() || !limits.isCharged(call)) {
            result.addNotCounted();
            return;
        }
        arriving.add(call);
        if (arriving.size() > SORTED) {
            play(arriving.remove());
        }
    }

    private void play(LoggedCall call) {
        if (call.arrived() < newest) {
            result.addOutOfOrder();
        }
        newest = Math.max(newest, call.arrived());
        UnderWay first = underWay.peek();
        while (first != null && (first.end <= newest || underWay.size() > MOST_UNDER_WAY)) {
            ticker.advanceTo(first.end);
            underWay.remove().finish();
            first = underWay.peek();
        }
        ticker.advanceTo(newest);
        LimitDecision decision = limiter(call.route()).tryAcquire(ReplayedCall.of(call, ticker));
        if (decision instanceof LimitDecision.Refused refused) {
            result.refused(call, newest, refused.retryAfter());
            refused.violated().stream().map(LimitWindow::name).forEach(result::violated);
        } else if (decision instanceof LimitDecision.Admitted admitted) {
            result.admitted(call, newest);
            if (call.giveBack().isPresent() || limits.countsCallsUnderWay()) {
                underWay.add(new UnderWay(newest + call.took(), admitted.charge(), call.giveBack()));
            }
        }
    }

    private RateLimiter limiter(String route) {
        LimitPolicies known = policies;
        if (known == null) { // its clock begins with the first call
            known = LimitPolicies.of(limits.policies(), ticker, LimitObserver.NONE);
            policies = known;
        }
        RateLimiter limiter = limiters.get(route);
        if (limiter == null) {
            limiter = known.limiter(route, limits.namesOn(route));
            if (limiters.size() < MOST_ROUTES) {
                limiters.put(route, limiter);
            }
        }
        return limiter;
    }
}
