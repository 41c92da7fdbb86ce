package io.inferenceproxy.limit;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.cost.JsonPlace;
import io.inferenceproxy.cost.JsonPlaces;
import io.inferenceproxy.http.Headers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts what calls did cost in the place of what was reserved for them, once their answers have told. One is for all calls of a
 * route.
 *
 * <p>A call that the upstream refused without a word of its cost, cost nothing. Where an answer does not say, or broke off
 * before it did, what was reserved stays; so it does for a call that no upstream answered, unless the policy gives it back.
 */
final class CostSettlement {

    private static final String ACCEPT_ENCODING = "Accept-Encoding";

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

    /** Sees to it that the charge of a call is settled, once, when the call has ended. */
    void prepare(ProxyCall call, Charge charge) {
        CallCost cost = new CallCost(this, call);
        call.onAnswer(cost);
        call.onEnd(end -> cost.settle(charge));
    }

    /** The call with a request whose answer can be read: without a content coding, where the answer must be. */
    ProxyCall readable(ProxyCall call) {
        Headers headers = call.request().headers();
        return places.isEmpty() || !headers.contains(ACCEPT_ENCODING)
                ? call
                : call.withRequest(call.request().withHeaders(headers.with(ACCEPT_ENCODING, "identity")));
    }

    List<LimitCost> costs() {
        return costs;
    }

    /** Where answers tell costs of that kind. */
    Map<LimitCost, JsonPlace> places() {
        return places;
    }

    /** All of these places. */
    JsonPlaces looked() {
        return looked;
    }
}
