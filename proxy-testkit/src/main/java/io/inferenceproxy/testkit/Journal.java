package io.inferenceproxy.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that an upstream saw, and waiting for it. Lists keep their first 10,000 entries, counters count on. */
final class Journal {

    private static final int LONGEST_LIST = 10_000;

    private final Monitor monitor = new Monitor();
    private final List<ReceivedRequest> begun = new ArrayList<>();
    private final List<ReceivedRequest> complete = new ArrayList<>();
    private final List<ReceivedRequest> incomplete = new ArrayList<>();
    private final List<Abort> aborts = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private long completeCount;
    private int opened;
    private int closed;
    private int nextBegun;
    private int nextComplete;
    private int nextAbort;

    /** Forgets every request, abort and violation; connections stay counted. */
    void forget() {
        monitor.change(() -> {
            List.of(begun, complete, incomplete, aborts, violations).forEach(List::clear);
            completeCount = 0;
            nextBegun = 0;
            nextComplete = 0;
            nextAbort = 0;
        });
    }

    int connectionOpened() {
        return monitor.locked(() -> ++opened);
    }

    void connectionClosed() {
        monitor.change(() -> closed++);
    }

    void begun(ReceivedRequest request) {
        keep(begun, request);
    }

    void completed(ReceivedRequest request) {
        monitor.change(() -> {
            addTo(complete, request);
            completeCount++;
        });
    }

    void brokenOff(ReceivedRequest request) {
        keep(incomplete, request);
    }

    void aborted(Abort abort) {
        keep(aborts, abort);
    }

    void violated(Violation violation) {
        keep(violations, violation);
    }

    List<ReceivedRequest> complete() {
        return monitor.locked(() -> List.copyOf(complete));
    }

    List<ReceivedRequest> incomplete() {
        return monitor.locked(() -> List.copyOf(incomplete));
    }

    List<Abort> aborts() {
        return monitor.locked(() -> List.copyOf(aborts));
    }

    List<Violation> violations() {
        return monitor.locked(() -> List.copyOf(violations));
    }

    long completeCount() {
        return monitor.locked(() -> completeCount);
    }

    int opened() {
        return monitor.locked(() -> opened);
    }

    int closed() {
        return monitor.locked(() -> closed);
    }

    int open() {
        return monitor.locked(() -> opened - closed);
    }

    ReceivedRequest awaitBegun(Duration timeout) {
        return monitor.await(
                "the head of a request",
                timeout,
                () -> nextBegun < begun.size() ? Optional.of(begun.get(nextBegun++)) : Optional.empty(),
                this::summary);
    }

    ReceivedRequest awaitComplete(Duration timeout) {
        return monitor.await(
                "a request",
                timeout,
                () -> nextComplete < complete.size() ? Optional.of(complete.get(nextComplete++)) : Optional.empty(),
                this::summary);
    }

    Abort awaitAbort(Duration timeout) {
        return monitor.await(
                "an abort",
                timeout,
                () -> nextAbort < aborts.size() ? Optional.of(aborts.get(nextAbort++)) : Optional.empty(),
                this::summary);
    }

    void awaitCompleteCount(long count, Duration timeout) {
        monitor.awaitTrue(count + " complete requests", timeout, () -> completeCount >= count, this::summary);
    }

    void awaitOpen(int count, Duration timeout) {
        monitor.awaitTrue(count + " open connections", timeout, () -> opened - closed == count, this::summary);
    }

    private String summary() {
        return "%d complete and %d incomplete requests, %d aborts, %d connections opened, %d open, violations %s"
                .formatted(completeCount, incomplete.size(), aborts.size(), opened, opened - closed, violations);
    }

    private <T> void keep(List<T> list, T entry) {
        monitor.change(() -> addTo(list, entry));
    }

    private static <T> void addTo(List<T> list, T entry) {
        if (list.size() < LONGEST_LIST) {
            list.add(entry);
        }
    }
}
