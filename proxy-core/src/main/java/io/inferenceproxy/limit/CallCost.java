package io.inferenceproxy.limit;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.cost.AnswerMeter;
import io.inferenceproxy.cost.JsonPlace;
import io.inferenceproxy.http.ProxyResponse;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What one call did cost, as its answer tells on its way out. On the I/O thread of the call. */
final class CallCost implements UnaryOperator<ProxyResponse> {

    /** As much as a quota may be: an upstream that names more has no idea, or means harm. */
    private static final long MOST = 1_000_000_000_000L;

    private static final int MOST_DIGITS = 18;

    private final CostSettlement settlement;
    private final ProxyCall call;
    private @Nullable ProxyResponse answer;
    private @Nullable AnswerMeter meter;

    CallCost(CostSettlement settlement, ProxyCall call) {
        this.settlement = settlement;
        this.call = call;
    }

    /** The answer, read as it passes where it is the upstream's. */
    @Override
    public ProxyResponse apply(ProxyResponse response) {
        if (!isUpstreams()) {
            return response;
        }
        answer = response;
        if (settlement.places().isEmpty()) {
            return response;
        }
        AnswerMeter reading = new AnswerMeter(settlement.looked());
        meter = reading;
        return reading.watching(response);
    }

    /** Of an answer that broke off, the trace has a problem too. */
    private boolean isUpstreams() {
        CallTrace trace = call.trace();
        return trace.upstreamStatus() != 0 && trace.problem().isEmpty();
    }

    /** Settles all costs that are known now; of the others what was reserved stays. */
    void settle(Charge charge) {
        for (LimitCost cost : settlement.costs()) {
            OptionalLong actual = actual(cost);
            if (actual.isPresent()) {
                charge.settle(cost, Math.min(MOST, actual.getAsLong()));
            } else if (call.trace().upstreamStatus() >= 400) {
                charge.settle(cost, 0);
            } else {
                charge.settleAtLeast(cost, Math.min(MOST, least(cost)));
            }
        }
    }

    private OptionalLong actual(LimitCost cost) {
        if (cost instanceof LimitCost.BodyBytes) {
            return OptionalLong.of(call.trace().requestBytes());
        }
        ProxyResponse told = answer;
        if (cost instanceof LimitCost.AnswerHeader header && told != null) {
            return number(told.headers().first(header.name()).orElse(""));
        }
        JsonPlace place = settlement.places().get(cost);
        AnswerMeter read = meter;
        return place == null || read == null
                ? OptionalLong.empty()
                : read.values().number(place);
    }

    /** Of a stream that did not tell its usage, or broke off before: an event of it has about one token, or more. */
    private long least(LimitCost cost) {
        AnswerMeter read = meter;
        return read != null && cost instanceof LimitCost.AnswerNumber number && number.isUsage()
                ? read.values().events()
                : 0;
    }

    private static OptionalLong number(String text) {
        if (text.isEmpty() || text.length() > MOST_DIGITS) {
            return OptionalLong.empty();
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return OptionalLong.empty();
            }
            number = 10 * number + digit;
        }
        return OptionalLong.of(number);
    }
}
