package io.inferenceproxy.cli.simulate;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a simulation found. */
public final class SimulationResult {

    /** Past it callers are told together. */
    private static final int MOST_CALLERS = 100_000;

    private static final String OTHERS = "(others)";

    private final Map<String, CallerTally> callers = new HashMap<>();
    private final Map<String, Long> windows = new TreeMap<>();
    private long lines;
    private long notCounted;
    private long unreadable;
    private long outOfOrder;
    private String firstUnreadable = "";
    private long calls;
    private long refused;
    private long from = Long.MAX_VALUE;
    private long to = Long.MIN_VALUE;
    private long firstRefusal;
    private String firstRefused = "";

    void line() {
        lines++;
    }

    void unreadable(String why) {
        if (unreadable++ == 0) {
            firstUnreadable = "line " + lines + " " + why;
        }
    }

    void addNotCounted() {
        notCounted++;
    }

    void addOutOfOrder() {
        outOfOrder++;
    }

    void admitted(LoggedCall call, long at) {
        called(at);
        tally(call).admitted();
    }

    void refused(LoggedCall call, long at, Duration wait) {
        called(at);
        if (refused++ == 0) {
            firstRefusal = at;
            firstRefused = call.caller();
        }
        tally(call).refused(at, wait);
    }

    private void called(long at) {
        calls++;
        from = Math.min(from, at);
        to = Math.max(to, at);
    }

    void violated(String window) {
        windows.merge(window, 1L, Long::sum);
    }

    private CallerTally tally(LoggedCall call) {
        String name = call.caller();
        CallerTally known = callers.get(name);
        return known != null
                ? known
                : callers.computeIfAbsent(callers.size() < MOST_CALLERS ? name : OTHERS, CallerTally::new);
    }

    /** How many lines the log has. */
    public long lines() {
        return lines;
    }

    /** How many lines are none of a log in JSON. */
    public long unreadable() {
        return unreadable;
    }

    /** The first of them, by its number, and what is wrong with it. */
    public String firstUnreadable() {
        return firstUnreadable;
    }

    /** How many calls limits had nothing to do with. */
    public long notCounted() {
        return notCounted;
    }

    /** How many came so late that they were played at a later time. */
    public long outOfOrder() {
        return outOfOrder;
    }

    /** How many calls were played. */
    public long calls() {
        return calls;
    }

    /** How many of them were refused. */
    public long refused() {
        return refused;
    }

    /** When the first call arrived; empty when there is none. */
    public Optional<Instant> from() {
        return calls == 0 ? Optional.empty() : Optional.of(LogTicker.at(from));
    }

    /** When the last one arrived. */
    public Optional<Instant> to() {
        return calls == 0 ? Optional.empty() : Optional.of(LogTicker.at(to));
    }

    /** When the first call was refused; empty when none was. */
    public Optional<Instant> firstRefusal() {
        return refused == 0 ? Optional.empty() : Optional.of(LogTicker.at(firstRefusal));
    }

    /** Whose call that was. */
    public String firstRefused() {
        return firstRefused;
    }

    /** How many callers there are. */
    public int callers() {
        return callers.size();
    }

    /** How many of them were refused something. */
    public long refusedCallers() {
        return callers.values().stream().filter(each -> each.refused() > 0).count();
    }

    /** How many calls each window refused; one that several refuse is told by each. */
    Map<String, Long> windows() {
        return windows;
    }

    /** Those with the most refused calls. */
    List<CallerTally> most(int count) {
        return callers.values().stream()
                .filter(each -> each.refused() > 0)
                .sorted(Comparator.comparingLong((CallerTally each) -> each.refused())
                        .reversed()
                        .thenComparing(CallerTally::name))
                .limit(count)
                .toList();
    }
}
