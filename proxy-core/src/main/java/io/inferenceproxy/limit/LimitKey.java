package io.inferenceproxy.limit;

import java.util.List;
import java.util.Locale;

/**
 * One thing by which calls are counted apart: {@code user}, {@code claim:tenant}. Several make a tuple.
 *
 * @param kind what it is
 * @param name which claim, or where in the content; empty for the others
 */
public record LimitKey(Kind kind, String name) {

    /** Each caller: the pair of issuer and subject; the address where nobody signs in. */
    public static final LimitKey USER = new LimitKey(Kind.USER, "");

    /** Each API key; callers with other credentials as with {@link #USER}. */
    public static final LimitKey API_KEY = new LimitKey(Kind.API_KEY, "");

    /** Each address; IPv6 addresses by their /64. */
    public static final LimitKey ADDRESS = new LimitKey(Kind.ADDRESS, "");

    /** All callers of the same roles. */
    public static final LimitKey ROLE = new LimitKey(Kind.ROLE, "");

    /** Each route. */
    public static final LimitKey ROUTE = new LimitKey(Kind.ROUTE, "");

    /** All calls together. */
    public static final LimitKey GLOBAL = new LimitKey(Kind.GLOBAL, "");

    /** Each model, as the content names it under {@code /model}. */
    public static final LimitKey MODEL = new LimitKey(Kind.MODEL, "/model");

    /** The grammar, for messages. */
    public static final String GRAMMAR =
            "user, api-key, address, role, route, model, model:/POINTER, claim:NAME or global";

    /** What calls can be counted by. */
    public enum Kind {
        USER,
        ADDRESS,
        ROUTE,
        GLOBAL,
        API_KEY,
        ROLE,
        MODEL,
        CLAIM
    }

    public LimitKey {
        boolean named = kind == Kind.CLAIM || kind == Kind.MODEL;
        if (named == name.isEmpty() || kind == Kind.MODEL && !name.startsWith("/")) {
            throw new IllegalArgumentException("key: " + text(kind, name) + " (expected: " + GRAMMAR + ")");
        }
    }

    /** Callers by what a claim of their credentials says. */
    public static LimitKey claim(String name) {
        return new LimitKey(Kind.CLAIM, name);
    }

    /** Calls by the model that their content names at the JSON pointer (RFC 6901). */
    public static LimitKey model(String pointer) {
        return new LimitKey(Kind.MODEL, pointer);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException when it does not follow {@link #GRAMMAR}
     */
    public static LimitKey parse(String text) {
        String trimmed = text.strip();
        return switch (trimmed.toLowerCase(Locale.ROOT)) {
            case "user" -> USER;
            case "api-key" -> API_KEY;
            case "address" -> ADDRESS;
            case "role" -> ROLE;
            case "route" -> ROUTE;
            case "global" -> GLOBAL;
            case "model" -> MODEL;
            default -> {
                if (trimmed.startsWith("claim:")) {
                    yield claim(trimmed.substring("claim:".length()));
                }
                if (trimmed.startsWith("model:")) {
                    yield model(trimmed.substring("model:".length()));
                }
                throw new IllegalArgumentException("key: " + text + " (expected: " + GRAMMAR + ")");
            }
        };
    }

    /** Reads a tuple, joined by {@code ;}. */
    public static List<LimitKey> parseAll(String text) {
        return List.of(text.split(";", -1)).stream().map(LimitKey::parse).toList();
    }

    /** Whether the content must be known. */
    boolean readsContent() {
        return kind == Kind.MODEL;
    }

    private static String text(Kind kind, String name) {
        String word = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return name.isEmpty() || kind == Kind.MODEL && name.equals("/model") ? word : word + ":" + name;
    }

    /** The form that {@link #parse} reads back. */
    @Override
    public String toString() {
        return text(kind, name);
    }
}
