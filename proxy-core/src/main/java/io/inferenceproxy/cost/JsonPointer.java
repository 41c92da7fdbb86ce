package io.inferenceproxy.cost;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON pointer (RFC 6901): which member or item of which to go to, from the whole text on.
 *
 * @param steps names of members and indexes of items, unescaped; none for the whole text
 */
public record JsonPointer(List<String> steps) {

    /** What a place can be away from the whole. */
    public static final int MOST_STEPS = 16;

    private static final int LONGEST_STEP = 256;
    private static final String EXPECTED = " (expected: a JSON pointer such as /usage/total_tokens)";

    public JsonPointer {
        steps = List.copyOf(steps);
        if (steps.size() > MOST_STEPS) {
            throw new IllegalArgumentException(
                    "a JSON pointer of " + steps.size() + " steps (expected: up to " + MOST_STEPS + ")");
        }
        for (String step : steps) {
            int length = step.getBytes(StandardCharsets.UTF_8).length;
            if (length > LONGEST_STEP) {
                throw new IllegalArgumentException(
                        "a step of " + length + " bytes in a JSON pointer (expected: up to " + LONGEST_STEP + ")");
            }
        }
    }

    /**
     * Reads a pointer as it is written.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static JsonPointer parse(String text) {
        if (text.isEmpty()) {
            return new JsonPointer(List.of());
        }
        if (text.charAt(0) != '/') {
            throw new IllegalArgumentException(text + EXPECTED);
        }
        List<String> steps = new ArrayList<>();
        for (String step : text.substring(1).split("/", -1)) {
            steps.add(unescaped(step, text));
        }
        return new JsonPointer(steps);
    }

    private static String unescaped(String step, String text) {
        for (int tilde = step.indexOf('~'); tilde >= 0; tilde = step.indexOf('~', tilde + 1)) {
            char next = tilde + 1 < step.length() ? step.charAt(tilde + 1) : ' ';
            if (next != '0' && next != '1') {
                throw new IllegalArgumentException(text + ": ~ without 0 or 1" + EXPECTED);
            }
        }
        return step.replace("~1", "/").replace("~0", "~");
    }

    /** The pointer as it is written. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String step : steps) {
            text.append('/').append(step.replace("~", "~0").replace("/", "~1"));
        }
        return text.toString();
    }
}
