package io.inferenceproxy.limit;

import io.inferenceproxy.http.Headers;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The fields of one answer that tell how the limits stand; no text is made of the numbers before somebody reads it. */
final class LimitFields implements Headers {

    private static final String POLICY = "RateLimit-Policy";
    private static final String STATE = "RateLimit";
    private static final String OLD_LIMIT = "X-RateLimit-Limit";
    private static final String OLD_REMAINING = "X-RateLimit-Remaining";
    private static final String OLD_RESET = "X-RateLimit-Reset";
    private static final String[] NAMES = {POLICY, STATE, OLD_LIMIT, OLD_REMAINING, OLD_RESET};

    private final String policies;
    private final List<WindowStatus> statuses;

    /**
     * @param policies the value of {@code RateLimit-Policy}
     * @param statuses the windows, at least one
     */
    LimitFields(String policies, List<WindowStatus> statuses) {
        this.policies = policies;
        this.statuses = statuses;
    }

    @Override
    public boolean contains(String name) {
        for (String one : NAMES) {
            if (one.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Optional<String> first(String name) {
        for (String one : NAMES) {
            if (one.equalsIgnoreCase(name)) {
                return Optional.of(value(one, tightest()));
            }
        }
        return Optional.empty();
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        WindowStatus tightest = tightest();
        for (String name : NAMES) {
            action.accept(name, value(name, tightest));
        }
    }

    private String value(String name, WindowStatus tightest) {
        return switch (name) {
            case POLICY -> policies;
            case STATE -> state();
            case OLD_LIMIT -> Long.toString(tightest.window().quota());
            case OLD_REMAINING -> Long.toString(tightest.remaining());
            default -> Long.toString(tightest.resetSeconds());
        };
    }

    private String state() {
        StringBuilder state = new StringBuilder(48 * statuses.size());
        for (int i = 0; i < statuses.size(); i++) {
            WindowStatus status = statuses.get(i);
            state.append(i == 0 ? "\"" : ", \"").append(status.window().name());
            state.append("\";r=").append(status.remaining());
            state.append(";t=").append(status.resetSeconds());
        }
        return state.toString();
    }

    /** The window with the fewest calls remaining; of several such, the one that resets last. */
    private WindowStatus tightest() {
        WindowStatus tightest = statuses.get(0);
        for (int i = 1; i < statuses.size(); i++) {
            WindowStatus status = statuses.get(i);
            boolean fewer = status.remaining() < tightest.remaining();
            boolean later = status.resetSeconds() > tightest.resetSeconds();
            if (fewer || status.remaining() == tightest.remaining() && later) {
                tightest = status;
            }
        }
        return tightest;
    }
}
