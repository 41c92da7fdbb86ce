package io.inferenceproxy.limit;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.units.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits in the dialect of the OpenAI API, for clients that know no other: {@code x-ratelimit-limit-requests},
 * {@code -remaining-requests}, {@code -reset-requests}, and likewise {@code -tokens}, each of the tightest window that counts
 * so. Times are spelled as there: {@code 1s}, {@code 6m0s}.
 */
final class OpenAiLimitFields {

    private static final String TOKENS = "tokens";

    private OpenAiLimitFields() {}

    static Headers of(List<WindowStatus> statuses) {
        List<String> fields = new ArrayList<>();
        add(tightest(statuses, Window.REQUESTS), Window.REQUESTS, fields);
        add(tightest(statuses, TOKENS), TOKENS, fields);
        return Headers.of(fields.toArray(String[]::new));
    }

    private static @Nullable WindowStatus tightest(List<WindowStatus> statuses, String unit) {
        List<WindowStatus> counting = statuses.stream()
                .filter(status -> status.window().unit().equals(unit))
                .toList();
        return counting.isEmpty() ? null : counting.get(WindowStatus.tightest(counting));
    }

    private static void add(@Nullable WindowStatus status, String unit, List<String> fields) {
        if (status != null) {
            fields.addAll(List.of(
                    "x-ratelimit-limit-" + unit, Long.toString(status.window().quota())));
            fields.addAll(List.of("x-ratelimit-remaining-" + unit, Long.toString(status.remaining())));
            fields.addAll(List.of("x-ratelimit-reset-" + unit, spelled(status.resetSeconds())));
        }
    }

    private static String spelled(long seconds) {
        String rest = seconds % 60 + "s";
        if (seconds < 60) {
            return rest;
        }
        String minutes = seconds / 60 % 60 + "m" + rest;
        return seconds < 3_600 ? minutes : seconds / 3_600 + "h" + minutes;
    }
}
