package io.inferenceproxy.testkit;

import io.inferenceproxy.observe.CallObserver;
import io.inferenceproxy.observe.CallReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps the reports of calls, the first 10,000, and waits for them. */
final class Reports implements CallObserver {

    private static final int LONGEST_LIST = 10_000;

    private final Monitor monitor = new Monitor();
    private final List<CallReport> reports = new ArrayList<>();

    @Override
    public void onCall(CallReport report) {
        monitor.change(() -> {
            if (reports.size() < LONGEST_LIST) {
                reports.add(report);
            }
        });
    }

    List<CallReport> all() {
        return monitor.locked(() -> List.copyOf(reports));
    }

    void forget() {
        monitor.change(reports::clear);
    }

    CallReport await(String id, Duration timeout) {
        return monitor.await(
                "the report of call " + id,
                timeout,
                () -> reports.stream().filter(report -> report.id().equals(id)).findFirst(),
                () -> "reports of " + reports.stream().map(CallReport::id).toList());
    }
}
