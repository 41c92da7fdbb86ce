package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.units.Window;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The answer to a call that is over its limits: 429, with every window that refused it. */
final class LimitRefusal {

    private static final int DETAIL_LENGTH = 160;

    private LimitRefusal() {}

    static ProxyResponse answer(ProxyCall call, LimitDecision.Refused refused) {
        ArrayNode names = JsonNodeFactory.instance.arrayNode(refused.violated().size());
        StringBuilder detail = new StringBuilder(DETAIL_LENGTH).append("The quota of ");
        boolean timed = false;
        for (LimitWindow window : refused.violated()) {
            timed |= window.seconds() > 0;
            detail.append(names.isEmpty() ? "" : ", ");
            describe(window, detail);
            names.add(window.name());
        }
        boolean never = refused.retryAfter().equals(LimitDecision.Refused.NEVER);
        if (never) {
            detail.append(" is less than the call costs. It is never admitted.");
        } else {
            long seconds = refused.retryAfter().plusNanos(999_999_999).toSeconds();
            detail.append(" is used up. Retry in ").append(seconds).append(" s.");
        }
        Problem problem = Problem.of(
                        timed ? ProblemType.RATE_LIMITED : ProblemType.TOO_MANY_IN_FLIGHT, detail.toString())
                .withReason(reason(refused.violated()))
                .withMember("violated-policies", names);
        ProxyResponse response = (never ? problem : problem.withRetryAfter(refused.retryAfter())).toResponse(call);
        return LimitHeaders.told(call, response, refused.statuses());
    }

    /** What the log says of it. */
    private static String reason(List<LimitWindow> violated) {
        return violated.size() == 1
                ? violated.get(0).name()
                : violated.stream().map(LimitWindow::name).collect(Collectors.joining(", "));
    }

    private static void describe(LimitWindow window, StringBuilder detail) {
        String calls = window.quota() == 1 ? "call" : "calls";
        detail.append(window.quota()).append(' ');
        if (window.seconds() == 0) {
            detail.append(calls).append(" at once");
        } else {
            detail.append(window.unit().equals(Window.REQUESTS) ? calls : window.unit());
            detail.append(" in ").append(window.seconds()).append(" s");
        }
        detail.append(" (").append(window.name()).append(')');
    }
}
