package io.inferenceproxy.limit;

import io.inferenceproxy.units.Window;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * One window of a policy, as clients know it: its name, how much of what it admits, and over how many seconds. Immutable; what
 * header fields say of it is ready as bytes.
 */
public final class LimitWindow {

    /** The unit of windows that count calls under way. */
    public static final String CONCURRENT_REQUESTS = "concurrent-requests";

    private final String name;
    private final long quota;
    private final long seconds;
    private final String unit;
    private final byte[] policyField;
    private final byte[] stateField;
    private final boolean plain;

    /**
     * A window.
     *
     * @param name the policy's name, a dash and the period, such as {@code per-user-hour}
     * @param quota how much
     * @param seconds over how many seconds; 0 where it counts what is under way
     * @param unit of what
     */
    public LimitWindow(String name, long quota, long seconds, String unit) {
        this.name = name;
        this.quota = quota;
        this.seconds = seconds;
        this.unit = unit;
        this.policyField = ascii(policyText());
        this.stateField = ascii("\"" + name + "\";r=");
        this.plain = name.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    }

    /** A window of requests. */
    public LimitWindow(String name, long quota, long seconds) {
        this(name, quota, seconds, Window.REQUESTS);
    }

    /** The policy's name, a dash and the period, such as {@code per-user-hour}. */
    public String name() {
        return name;
    }

    /** How much it admits. */
    public long quota() {
        return quota;
    }

    /** Over how many seconds; 0 where it counts what is under way. */
    public long seconds() {
        return seconds;
    }

    /** What it counts: {@code requests}, {@code tokens}, {@code concurrent-requests}. */
    public String unit() {
        return unit;
    }

    /** The item of {@code RateLimit-Policy}: {@code "per-user-hour";q=50;w=3600}, with {@code qu} where the unit is another. */
    String policyText() {
        return "\"" + name + "\";q=" + quota
                + (unit.equals(Window.REQUESTS) ? "" : ";qu=\"" + unit + "\"")
                + (seconds == 0 ? "" : ";w=" + seconds);
    }

    /** The bytes of {@link #policyText}. */
    byte[] policyField() {
        return policyField;
    }

    /** What stands before the remaining quota in the item of {@code RateLimit}. */
    byte[] stateField() {
        return stateField;
    }

    /** Whether all characters of the name may stand in a field as they are. */
    boolean isPlain() {
        return plain;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LimitWindow window
                && quota == window.quota
                && seconds == window.seconds
                && name.equals(window.name)
                && unit.equals(window.unit);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, quota, seconds, unit);
    }

    @Override
    public String toString() {
        return policyText();
    }
}
