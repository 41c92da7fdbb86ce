package io.inferenceproxy.limit;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.cost.AnswerMeter;
import io.inferenceproxy.cost.JsonPlace;
import io.inferenceproxy.cost.JsonPlaces;
import io.inferenceproxy.http.ProxyResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Puts what calls did cost in the place of what was reserved for them, once their answers have told. One is for all calls of a
 * route.
 *
 * <p>A call that the upstream refused without a word of its cost, cost nothing. Where an answer does not say, or broke off
 * before it did, what was reserved stays; so it does for a call that no upstream answered, unless the policy gives it back.
 */
final class CostSettlement {

    private final List<LimitCost> costs;
    private final Map<LimitCost, JsonPlace> places = new LinkedHashMap<>();
    private final JsonPlaces looked;

    CostSettlement(List<LimitCost> costs) {
        this.costs = costs;
        for (LimitCost cost : costs) {
            if (cost instanceof LimitCost.AnswerNumber number) {
                places.put(cost, JsonPlace.ofNumber(number.pointer()));
            }
        }
        this.looked = JsonPlaces.of(List.copyOf(places.values()));
    }

    boolean isEmpty() {
        return costs.isEmpty();
    }

    /** Sees to it that the charge of a call is settled. */
    void prepare(ProxyCall call, Charge charge) {
        if (!places.isEmpty()) {
            AnswerMeter meter = new AnswerMeter(looked);
            call.onAnswer(answer -> isUpstreams(call) ? meter.watching(answer) : answer);
            call.onEnd(end -> settle(call.trace(), charge, meter));
        } else {
            call.onEnd(end -> settleWithout(call.trace(), charge));
        }
        call.onAnswer(answer -> told(call, answer, charge));
    }

    private ProxyResponse told(ProxyCall call, ProxyResponse answer, Charge charge) {
        for (LimitCost cost : costs) {
            if (cost instanceof LimitCost.AnswerHeader header && isUpstreams(call)) {
                answer.headers()
                        .first(header.name())
                        .map(CostSettlement::number)
                        .filter(OptionalLong::isPresent)
                        .ifPresent(number -> charge.settle(cost, number.getAsLong()));
            }
        }
        return answer;
    }

    private void settle(CallTrace trace, Charge charge, AnswerMeter meter) {
        if (isUpstreams(trace)) {
            places.forEach(
                    (cost, place) -> meter.values().number(place).ifPresent(number -> charge.settle(cost, number)));
        }
        settleWithout(trace, charge);
    }

    private void settleWithout(CallTrace trace, Charge charge) {
        boolean free = trace.upstreamStatus() >= 400;
        for (LimitCost cost : costs) {
            if (cost instanceof LimitCost.BodyBytes) {
                charge.settle(cost, trace.requestBytes());
            } else if (free) {
                charge.settle(cost, 0);
            }
        }
    }

    private static boolean isUpstreams(ProxyCall call) {
        return isUpstreams(call.trace());
    }

    private static boolean isUpstreams(CallTrace trace) {
        return trace.upstreamStatus() != 0 && (trace.problem().isEmpty() || trace.isBrokenOff());
    }

    private static OptionalLong number(String text) {
        return text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
