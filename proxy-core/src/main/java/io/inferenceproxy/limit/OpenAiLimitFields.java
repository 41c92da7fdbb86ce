package io.inferenceproxy.limit;

import io.inferenceproxy.http.Headers;
import io.inferenceproxy.units.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits in the dialect of the OpenAI API, for clients that know no other: {@code x-ratelimit-limit-requests},
 * {@code -remaining-requests}, {@code -reset-requests}, and likewise {@code -tokens}, each of the tightest window that counts
 * so. Times are spelled as there: {@code 1s}, {@code 6m0s}.
 */
final class OpenAiLimitFields {

    /** Names and values of one unit. */
    private static final int FIELDS = 6;

    private static final String[] REQUESTS = names(Window.REQUESTS);
    private static final String[] TOKENS = names("tokens");

    private OpenAiLimitFields() {}

    private static String[] names(String unit) {
        return new String[] {"x-ratelimit-limit-" + unit, "x-ratelimit-remaining-" + unit, "x-ratelimit-reset-" + unit};
    }

    static Headers of(List<WindowStatus> statuses) {
        WindowStatus requests = tightest(statuses, Window.REQUESTS);
        WindowStatus tokens = tightest(statuses, "tokens");
        String[] fields = new String[FIELDS * ((requests == null ? 0 : 1) + (tokens == null ? 0 : 1))];
        put(tokens, TOKENS, fields, put(requests, REQUESTS, fields, 0));
        return Headers.of(fields);
    }

    private static @Nullable WindowStatus tightest(List<WindowStatus> statuses, String unit) {
        WindowStatus tightest = null;
        for (int i = 0; i < statuses.size(); i++) {
            WindowStatus status = statuses.get(i);
            boolean counts = status.window().unit().equals(unit);
            if (counts && (tightest == null || status.isTighterThan(tightest))) {
                tightest = status;
            }
        }
        return tightest;
    }

    private static int put(@Nullable WindowStatus status, String[] names, String[] fields, int at) {
        if (status == null) {
            return at;
        }
        fields[at] = names[0];
        fields[at + 1] = Long.toString(status.window().quota());
        fields[at + 2] = names[1];
        fields[at + 3] = Long.toString(status.remaining());
        fields[at + 4] = names[2];
        fields[at + 5] = spelled(status.resetSeconds());
        return at + FIELDS;
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
