package io.inferenceproxy.limit;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import io.inferenceproxy.units.Window;
import java.time.Duration;
import java.util.List;

/**
 * A limit policy: whose calls are counted together, and how many of them are admitted in which windows.
 */
public record LimitPolicyOptions(
        @Setting("Whose calls are counted together: user, address, route or global")
        LimitKey key,

        @Setting("How many calls in which span, such as 50 per hour; all windows hold")
        List<Window> windows,

        @Setting("Most users or addresses counted apart; past it newcomers share one bucket")
        int maxKeys) {

    /** What holds when nothing is configured. */
    public static final LimitPolicyOptions DEFAULT = new LimitPolicyOptions(
            LimitKey.USER, List.of(Window.of(50, Duration.ofHours(1)), Window.of(200, Duration.ofDays(1))), 1000000);

    public LimitPolicyOptions {
        windows = List.copyOf(windows);
        if (windows.isEmpty() || windows.size() > 16) {
            throw new IllegalArgumentException("windows: " + windows.size() + " (expected: 1 to 16 windows)");
        }
        if (windows.stream().map(Window::period).distinct().count() < windows.size()) {
            throw new IllegalArgumentException("windows: " + windows + " (expected: one window a period)");
        }
        Require.between(1, 100_000_000, maxKeys, "max-keys");
    }

    public LimitPolicyOptions withKey(LimitKey key) {
        return new LimitPolicyOptions(key, windows, maxKeys);
    }

    public LimitPolicyOptions withWindows(List<Window> windows) {
        return new LimitPolicyOptions(key, windows, maxKeys);
    }

    public LimitPolicyOptions withMaxKeys(int maxKeys) {
        return new LimitPolicyOptions(key, windows, maxKeys);
    }
}
