package io.inferenceproxy.limit;

import io.inferenceproxy.units.Window;
import java.util.Locale;

/**
 * What a call costs: {@code requests} (each one), {@code body-bytes}, {@code items:/instances} (how long the array is at a
 * JSON pointer of the content), {@code header:X-Cost-Units} or {@code answer:/usage/total_tokens} (what the upstream says,
 * in a field or at a JSON pointer of its answer), {@code usage} (as the last, of OpenAI's answers, in streams too).
 */
public sealed interface LimitCost {

    /** The grammar, for messages. */
    String GRAMMAR = "requests, body-bytes, items:/POINTER, header:NAME, answer:/POINTER or usage";

    /** The unit that windows of such a cost have where they name none. */
    String unit();

    /** Whether the content of the call must be known for it. */
    default boolean readsContent() {
        return false;
    }

    /** Whether it may be known only at the end of the call, and is reserved until then. */
    default boolean isSettled() {
        return false;
    }

    /** Each call one, or what the policy says for the route. */
    record Requests() implements LimitCost {
        @Override
        public String unit() {
            return Window.REQUESTS;
        }

        @Override
        public String toString() {
            return "requests";
        }
    }

    /** The bytes of the content. */
    record BodyBytes() implements LimitCost {
        @Override
        public String unit() {
            return "content-bytes";
        }

        @Override
        public boolean isSettled() {
            return true;
        }

        @Override
        public String toString() {
            return "body-bytes";
        }
    }

    /**
     * The items of an array of the content.
     *
     * @param pointer where it is, a JSON pointer (RFC 6901)
     */
    record Items(String pointer) implements LimitCost {
        public Items {
            requirePointer(pointer);
        }

        @Override
        public String unit() {
            return "items";
        }

        @Override
        public boolean readsContent() {
            return true;
        }

        @Override
        public String toString() {
            return "items:" + pointer;
        }
    }

    /**
     * A number in a field of the answer's head.
     *
     * @param name the field
     */
    record AnswerHeader(String name) implements LimitCost {
        public AnswerHeader {
            if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")) {
                throw new IllegalArgumentException("header: " + name + " (expected: the name of a field)");
            }
        }

        @Override
        public String unit() {
            return "units";
        }

        @Override
        public boolean isSettled() {
            return true;
        }

        @Override
        public String toString() {
            return "header:" + name;
        }
    }

    /**
     * A number in the answer's content; of an event stream, the last one.
     *
     * @param pointer where it is, a JSON pointer (RFC 6901)
     */
    record AnswerNumber(String pointer) implements LimitCost {
        private static final String USAGE = "/usage/total_tokens";

        public AnswerNumber {
            requirePointer(pointer);
        }

        @Override
        public String unit() {
            return pointer.equals(USAGE) ? "tokens" : "units";
        }

        @Override
        public boolean isSettled() {
            return true;
        }

        /** Whether it is what OpenAI-style answers say of the tokens that they took. */
        boolean isUsage() {
            return pointer.equals(USAGE);
        }

        @Override
        public String toString() {
            return pointer.equals(USAGE) ? "usage" : "answer:" + pointer;
        }
    }

    /** Each call one. */
    static LimitCost requests() {
        return new Requests();
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException when it does not follow {@link #GRAMMAR}
     */
    static LimitCost parse(String text) {
        String trimmed = text.strip();
        int colon = trimmed.indexOf(':');
        String rest = trimmed.substring(colon + 1);
        return switch (trimmed.substring(0, colon < 0 ? trimmed.length() : colon)
                .toLowerCase(Locale.ROOT)) {
            case "requests" -> requests();
            case "body-bytes" -> new BodyBytes();
            case "usage" -> new AnswerNumber(AnswerNumber.USAGE);
            case "items" -> new Items(rest);
            case "header" -> new AnswerHeader(rest);
            case "answer" -> new AnswerNumber(rest);
            default -> throw new IllegalArgumentException("cost: " + text + " (expected: " + GRAMMAR + ")");
        };
    }

    private static void requirePointer(String pointer) {
        if (!pointer.matches("(/([^~/]|~[01])*)+") || pointer.length() > 256) {
            throw new IllegalArgumentException(
                    "pointer: " + pointer + " (expected: a JSON pointer such as /usage/total)");
        }
    }
}
