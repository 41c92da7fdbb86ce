package io.inferenceproxy.cost;

/**
 * Where something is looked for in JSON, and what.
 *
 * @param pointer where
 * @param kind what; anything else that stands there does not count
 */
public record JsonPlace(JsonPointer pointer, Kind kind) {

    /** What can be looked for. */
    public enum Kind {
        /** A number from zero to the largest {@code long}; a fraction is rounded up. */
        NUMBER,
        /** How many items an array has. */
        LENGTH,
        /** A text of up to 256 bytes. */
        TEXT
    }

    /** The number at this pointer. */
    public static JsonPlace ofNumber(String pointer) {
        return new JsonPlace(JsonPointer.parse(pointer), Kind.NUMBER);
    }

    /** How many items the array at this pointer has. */
    public static JsonPlace ofLength(String pointer) {
        return new JsonPlace(JsonPointer.parse(pointer), Kind.LENGTH);
    }

    /** The text at this pointer. */
    public static JsonPlace ofText(String pointer) {
        return new JsonPlace(JsonPointer.parse(pointer), Kind.TEXT);
    }
}
