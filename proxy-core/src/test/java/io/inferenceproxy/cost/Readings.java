package io.inferenceproxy.cost;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reads texts whole and in pieces, and says what was found at each place. */
final class Readings {

    private Readings() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What JSON that is whole has, read at once. */
    static Map<JsonPlace, Object> json(String text, JsonPlace... places) {
        return read(JsonValueReader::new, utf8(text), List.of(places), Integer.MAX_VALUE);
    }

    /** What an event stream has, read at once. */
    static Map<JsonPlace, Object> events(String text, JsonPlace... places) {
        return read(EventValueReader::new, utf8(text), List.of(places), Integer.MAX_VALUE);
    }

    /** What was found in content in pieces of that size. */
    static Map<JsonPlace, Object> read(
            Function<JsonPlaces, PieceReader> kind, byte[] content, List<JsonPlace> places, int piece) {
        PieceReader reader = kind.apply(JsonPlaces.of(places));
        for (int from = 0; from < content.length; ) {
            int to = (int) Math.min((long) from + piece, content.length);
            reader.feed(content, from, to);
            from = to;
        }
        reader.end();
        return found(reader.values(), places);
    }

    /** What was found in content that was cut at one position. */
    static Map<JsonPlace, Object> readCutAt(
            Function<JsonPlaces, PieceReader> kind, byte[] content, List<JsonPlace> places, int position) {
        PieceReader reader = kind.apply(JsonPlaces.of(places));
        reader.feed(content, 0, position);
        reader.feed(content, position, content.length);
        reader.end();
        return found(reader.values(), places);
    }

    /** The number or text at each place that has one. */
    static Map<JsonPlace, Object> found(JsonValues values, List<JsonPlace> places) {
        Map<JsonPlace, Object> found = new LinkedHashMap<>();
        for (JsonPlace place : places) {
            values.number(place).ifPresent(number -> found.put(place, number));
            values.text(place).ifPresent(text -> found.put(place, text));
        }
        return found;
    }
}
