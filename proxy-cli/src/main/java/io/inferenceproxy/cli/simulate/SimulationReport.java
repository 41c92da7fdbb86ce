package io.inferenceproxy.cli.simulate;

import io.inferenceproxy.limit.LimitDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a simulation found, for people and for programs. */
public final class SimulationReport {

    private final SimulationResult result;
    private final int top;

    /**
     * A report.
     *
     * @param top how many callers it names
     */
    public SimulationReport(SimulationResult result, int top) {
        this.result = result;
        this.top = top;
    }

    /** The whole in a sentence. */
    public String headline() {
        if (result.calls() == 0) {
            return "no calls that limits have to do with";
        }
        String all = "of " + many(result.calls(), "call") + " of " + many(result.callers(), "caller") + ", "
                + result.from().map(Object::toString).orElse("") + " to "
                + result.to().map(Object::toString).orElse("");
        return result.firstRefusal()
                .map(first -> result.refused() + " refused (" + percent(result.refused(), result.calls()) + ") " + all
                        + "; " + many(result.refusedCallers(), "caller") + ", the first at " + first + ": "
                        + result.firstRefused())
                .orElse("none refused " + all);
    }

    private static String many(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** Each window that refused, and how many calls. */
    public List<List<String>> windows() {
        List<List<String>> rows = new ArrayList<>();
        if (!result.windows().isEmpty()) {
            rows.add(List.of("window", "refused"));
            result.windows().forEach((window, count) -> rows.add(List.of(window, Long.toString(count))));
        }
        return rows;
    }

    /** Those with the most refused calls. */
    public List<List<String>> callers() {
        List<List<String>> rows = new ArrayList<>();
        List<CallerTally> most = result.most(top);
        if (!most.isEmpty()) {
            rows.add(List.of("caller", "calls", "refused", "share", "longest wait", "first refusal"));
        }
        for (CallerTally each : most) {
            rows.add(List.of(
                    each.name(),
                    Long.toString(each.calls()),
                    Long.toString(each.refused()),
                    percent(each.refused(), each.calls()),
                    seconds(each.longestWait()).map(wait -> wait + "s").orElse("never"),
                    LogTicker.at(each.firstRefusal()).toString()));
        }
        return rows;
    }

    private static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f%%", 100.0 * part / whole);
    }

    /** Rounded up, as callers are told; empty where no wait would do. */
    private static Optional<Long> seconds(Duration wait) {
        return wait.equals(LimitDecision.Refused.NEVER)
                ? Optional.empty()
                : Optional.of(wait.plusNanos(999_999_999).toSeconds());
    }

    /** All of it as a JSON object. */
    public String json(List<String> notes) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("calls", result.calls());
        json.put("refused", result.refused());
        json.put("share", result.calls() == 0 ? 0 : (double) result.refused() / result.calls());
        json.put("callers", result.callers());
        json.put("refusedCallers", result.refusedCallers());
        result.from().ifPresent(from -> json.put("from", from.toString()));
        result.to().ifPresent(to -> json.put("to", to.toString()));
        result.firstRefusal()
                .ifPresent(first -> json.putObject("firstRefusal")
                        .put("at", first.toString())
                        .put("caller", result.firstRefused()));
        ObjectNode windows = json.putObject("windows");
        result.windows().forEach(windows::put);
        ArrayNode most = json.putArray("top");
        for (CallerTally each : result.most(top)) {
            ObjectNode caller = most.addObject()
                    .put("caller", each.name())
                    .put("calls", each.calls())
                    .put("refused", each.refused())
                    .put("share", (double) each.refused() / each.calls())
                    .put("firstRefusal", LogTicker.at(each.firstRefusal()).toString());
            seconds(each.longestWait()).ifPresent(wait -> caller.put("longestWaitSeconds", wait));
        }
        ObjectNode lines = json.putObject("lines");
        lines.put("read", result.lines());
        lines.put("notCounted", result.notCounted());
        lines.put("outOfOrder", result.outOfOrder());
        lines.put("unreadable", result.unreadable());
        if (result.unreadable() > 0) {
            lines.put("firstUnreadable", result.firstUnreadable());
        }
        ArrayNode told = json.putArray("notes");
        notes.forEach(told::add);
        return json.toPrettyString();
    }
}
