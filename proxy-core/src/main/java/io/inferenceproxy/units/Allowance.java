package io.inferenceproxy.units;

import java.util.Locale;
import java.util.Optional;

/**
 * A window, or none: {@code 20 per minute} or {@code off}.
 *
 * @param window the window that holds; empty for {@code off}
 */
public record Allowance(Optional<Window> window) {

    /** No limit. */
    public static final Allowance OFF = new Allowance(Optional.empty());

    public static Allowance of(Window window) {
        return new Allowance(Optional.of(window));
    }

    /** Reads a window or {@code off}. */
    public static Allowance parse(String text) {
        return text.strip().toLowerCase(Locale.ROOT).equals("off") ? OFF : of(Window.parseSpan(text));
    }

    @Override
    public String toString() {
        return window.map(Window::toString).orElse("off");
    }
}
