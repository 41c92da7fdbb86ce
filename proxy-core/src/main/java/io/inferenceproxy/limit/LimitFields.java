package io.inferenceproxy.limit;

import io.inferenceproxy.http.FieldSink;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.Omitted;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** The fields of one answer that tell how the limits stand; no text is made of the numbers unless somebody reads it. */
final class LimitFields implements Headers {

    static final String POLICY = "RateLimit-Policy";
    static final String STATE = "RateLimit";
    static final String OLD_LIMIT = "X-RateLimit-Limit";
    static final String OLD_REMAINING = "X-RateLimit-Remaining";
    static final String OLD_RESET = "X-RateLimit-Reset";
    static final String[] NAMES = {POLICY, STATE, OLD_LIMIT, OLD_REMAINING, OLD_RESET};

    private static final Omitted OURS = Headers.of(
                    POLICY, "", STATE, "", OLD_LIMIT, "", OLD_REMAINING, "", OLD_RESET, "")
            .asOmitted();

    private final List<WindowStatus> statuses;

    /**
     * @param statuses the windows, at least one
     */
    LimitFields(List<WindowStatus> statuses) {
        this.statuses = statuses;
    }

    @Override
    public boolean contains(String name) {
        return OURS.omits(name);
    }

    @Override
    public Omitted asOmitted() {
        return OURS;
    }

    @Override
    public Optional<String> first(String name) {
        for (String one : NAMES) {
            if (one.equalsIgnoreCase(name)) {
                return Optional.of(valueOf(one));
            }
        }
        return Optional.empty();
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        for (String name : NAMES) {
            action.accept(name, valueOf(name));
        }
    }

    @Override
    public void writeTo(FieldSink sink, Omitted omitted) {
        if (LimitLines.fit(statuses, omitted)) {
            LimitLines.writeTo(sink, statuses);
        } else {
            Headers.super.writeTo(sink, omitted);
        }
    }

    private String valueOf(String name) {
        WindowStatus tightest = statuses.get(WindowStatus.tightest(statuses));
        return switch (name) {
            case POLICY -> policies();
            case STATE -> state();
            case OLD_LIMIT -> Long.toString(tightest.window().quota());
            case OLD_REMAINING -> Long.toString(tightest.remaining());
            default -> Long.toString(tightest.resetSeconds());
        };
    }

    private String policies() {
        return statuses.stream().map(status -> status.window().policyText()).collect(Collectors.joining(", "));
    }

    private String state() {
        StringBuilder state = new StringBuilder(48 * statuses.size());
        for (WindowStatus status : statuses) {
            state.append(state.isEmpty() ? "\"" : ", \"").append(status.window().name());
            state.append("\";r=").append(status.remaining());
            state.append(";t=").append(status.resetSeconds());
        }
        return state.toString();
    }
}
