package io.inferenceproxy.limit;

import io.inferenceproxy.units.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What callers of one plan may: {@code 5000 per hour; 20000 per day}, or {@code unlimited}.
 *
 * @param windows all of them hold; none for no limit
 */
public record LimitPlan(List<Window> windows) {

    /** No limit. */
    public static final LimitPlan UNLIMITED = new LimitPlan(List.of());

    public LimitPlan {
        windows = List.copyOf(windows);
    }

    /** Reads windows joined by {@code ;}, or {@code unlimited}. */
    public static LimitPlan parse(String text) {
        return text.strip().toLowerCase(Locale.ROOT).equals("unlimited")
                ? UNLIMITED
                : new LimitPlan(Arrays.stream(text.split(";", -1))
                        .map(Window::parseSpan)
                        .toList());
    }

    @Override
    public String toString() {
        return windows.isEmpty()
                ? "unlimited"
                : windows.stream().map(Window::toString).collect(Collectors.joining("; "));
    }
}
