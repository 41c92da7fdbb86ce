package io.inferenceproxy.units;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A quota over a span of time: {@code 50 per hour}, {@code 10 per 5 minutes}, {@code 1000000 tokens per month}, {@code 50/1h}.
 *
 * <p>A month is 2,629,746 seconds and a year 31,556,952, as in {@link ChronoUnit}, unless they are counted by the calendar.
 *
 * @param quota how many, 1 to 10<sup>12</sup>, and not over 10<sup>9</sup> a second
 * @param period over how long, whole seconds, one second to 366 days
 * @param unit how many of what: {@link #REQUESTS}, or another word of small letters and dashes
 */
public record Window(long quota, Duration period, String unit) {

    /** The unit that is meant where none is said. */
    public static final String REQUESTS = "requests";

    /** A month, by its mean. */
    public static final Duration MONTH = ChronoUnit.MONTHS.getDuration();

    /** A year, by its mean. */
    public static final Duration YEAR = ChronoUnit.YEARS.getDuration();

    /** The grammar, for messages. */
    public static final String GRAMMAR = "N [UNIT] per [M] second|minute|hour|day|week|month|year, or N/1h";

    /** The grammar of all that may stand among the windows of a policy, see {@link #beside}. */
    public static final String LIMIT_GRAMMAR =
            "N [UNIT] per [M] second|minute|hour|day|week|month|year, N/1h, or N at once";

    private static final Pattern PER = Pattern.compile(
            "(\\d{1,18}) +(?:([a-z][a-z-]{0,30}[a-z]) +)?per +(?:(\\d{1,9}) +)?(second|minute|hour|day|week|month|year)s?");
    private static final Pattern SLASH = Pattern.compile("(\\d{1,18})() */ *(\\d{1,9}) *([smhdw])");
    private static final Pattern AT_ONCE = Pattern.compile("([1-9]\\d{0,8}) +at +once");
    private static final Pattern ANY_AT_ONCE = Pattern.compile("\\d+ +at +once");
    private static final Pattern UNIT = Pattern.compile("[a-z][a-z-]{0,30}[a-z]");
    private static final long MAX_QUOTA = 1_000_000_000_000L;
    private static final long MAX_RATE = 1_000_000_000L;
    private static final Duration MAX_PERIOD = Duration.ofDays(366);

    public Window {
        if (quota < 1 || quota > MAX_QUOTA) {
            throw new IllegalArgumentException("quota: " + quota + " (expected: 1 to " + MAX_QUOTA + ")");
        }
        if (period.compareTo(Duration.ofSeconds(1)) < 0
                || period.compareTo(MAX_PERIOD) > 0
                || period.toNanosPart() != 0) {
            String said = period.toNanosPart() == 0 ? period.toSeconds() + "s" : period.toString();
            throw new IllegalArgumentException("period: " + said + " (expected: whole seconds, 1s to 366d)");
        }
        if (quota > period.toSeconds() * MAX_RATE) {
            throw new IllegalArgumentException("quota: " + quota + " (expected: at most " + MAX_RATE + " a second)");
        }
        if (!UNIT.matcher(unit).matches()) {
            throw new IllegalArgumentException("unit: " + unit + " (expected: a word of small letters and dashes)");
        }
    }

    /** That many requests. */
    public static Window of(long quota, Duration period) {
        return new Window(quota, period, REQUESTS);
    }

    /** As many of that unit. */
    public Window withUnit(String unit) {
        return new Window(quota, period, unit);
    }

    /**
     * Reads one window, as it stands among the windows of a policy.
     *
     * @throws IllegalArgumentException when it does not follow {@link #GRAMMAR}; the message names {@link #LIMIT_GRAMMAR}
     *     unless it says how many calls at once, which {@link #beside} reads
     */
    public static Window parse(String text) {
        if (beside(text).isPresent()) {
            return parse(text, GRAMMAR);
        }
        boolean calls =
                ANY_AT_ONCE.matcher(text.strip().toLowerCase(Locale.ROOT)).matches();
        return parse(text, calls ? "1 to 1000000 at once" : LIMIT_GRAMMAR);
    }

    /**
     * Reads one window where calls at once cannot stand.
     *
     * @throws IllegalArgumentException when it does not follow {@link #GRAMMAR}
     */
    public static Window parseSpan(String text) {
        return parse(text, GRAMMAR);
    }

    private static Window parse(String text, String grammar) {
        String trimmed = text.strip().toLowerCase(Locale.ROOT);
        Matcher match = PER.matcher(trimmed);
        if (!match.matches()) {
            match = SLASH.matcher(trimmed);
        }
        if (!match.matches()) {
            throw new IllegalArgumentException("window: " + text + " (expected: " + grammar + ")");
        }
        String unit = match.group(2) == null || match.group(2).isBlank() ? REQUESTS : match.group(2);
        String many = match.group(3);
        long seconds = (many == null ? 1 : Long.parseLong(many)) * seconds(match.group(4));
        try {
            return new Window(Long.parseLong(match.group(1)), Duration.ofSeconds(seconds), unit);
        } catch (IllegalArgumentException outOfRange) {
            throw new IllegalArgumentException("window: " + text + ": " + outOfRange.getMessage(), outOfRange);
        }
    }

    /** What a text among windows says that is another setting beside them: {@code 4 at once} is 4 for {@code at-once}. */
    public static Optional<Map.Entry<String, String>> beside(String text) {
        Matcher match = AT_ONCE.matcher(text.strip().toLowerCase(Locale.ROOT));
        return match.matches() ? Optional.of(Map.entry("at-once", match.group(1))) : Optional.empty();
    }

    /** Reads several windows joined by {@code ;}. */
    public static List<Window> parseAll(String text) {
        List<Window> windows = new ArrayList<>();
        for (String part : text.split(";", -1)) {
            windows.add(parse(part));
        }
        return List.copyOf(windows);
    }

    /** The period as one word for names: {@code hour}, {@code day}, {@code 5-minutes}. */
    public String periodName() {
        long seconds = period.toSeconds();
        String[] names = {"year", "month", "week", "day", "hour", "minute", "second"};
        long[] lengths = {YEAR.toSeconds(), MONTH.toSeconds(), 604_800, 86_400, 3_600, 60, 1};
        for (int i = 0; ; i++) {
            if (seconds % lengths[i] == 0) {
                long many = seconds / lengths[i];
                return many == 1 ? names[i] : many + "-" + names[i] + "s";
            }
        }
    }

    private static long seconds(String unit) {
        if (unit.equals("month")) {
            return MONTH.toSeconds();
        }
        return switch (unit.charAt(0)) {
            case 'y' -> YEAR.toSeconds();
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3_600;
            case 'd' -> 86_400;
            default -> 604_800;
        };
    }

    /** The form {@code 50 per hour}, which {@link #parse} reads back. */
    @Override
    public String toString() {
        String what = unit.equals(REQUESTS) ? "" : " " + unit;
        return quota + what + " per " + periodName().replace('-', ' ');
    }
}
