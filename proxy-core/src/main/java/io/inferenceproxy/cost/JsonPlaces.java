package io.inferenceproxy.cost;

import io.inferenceproxy.http.Body;
import java.util.Arrays;
import java.util.List;

/** A few places to look at in one reading, prepared once for all readers. Safe for many threads. */
public final class JsonPlaces {

    /** What one reading can look for. */
    public static final int MOST = 32;

    private final List<JsonPlace> places;
    private final PlaceNode root;
    private final int depth;

    private JsonPlaces(List<JsonPlace> places) {
        this.places = places;
        this.root = PlaceNode.of(places);
        this.depth = places.stream()
                .mapToInt(place -> place.pointer().steps().size() + 1)
                .max()
                .orElse(0);
    }

    /**
     * These places; the same one twice is one.
     *
     * @throws IllegalArgumentException when they are more than {@value #MOST}
     */
    public static JsonPlaces of(List<JsonPlace> places) {
        List<JsonPlace> different = places.stream().distinct().toList();
        if (different.size() > MOST) {
            throw new IllegalArgumentException(different.size() + " places in JSON (expected: up to " + MOST + ")");
        }
        return new JsonPlaces(different);
    }

    /** These places; the same one twice is one. */
    public static JsonPlaces of(JsonPlace... places) {
        return of(Arrays.asList(places));
    }

    /**
     * What a body has at these places. It must be all here, as one that was gathered and checked is, and not have been read;
     * of any other nothing is found. It stays as it is.
     *
     * <p>It takes up to a millisecond for a megabyte, so of a large body it is work for other threads than those of I/O; that is
     * allowed, since one of more than 64 KB was gathered into an array, which nobody changes.
     */
    public JsonValues valuesIn(Body body) {
        JsonValueReader reader = new JsonValueReader(this);
        PieceFeed feed = new PieceFeed(reader);
        if (body.tryShow(feed)) {
            feed.onWhole();
        }
        return reader.values();
    }

    List<JsonPlace> list() {
        return places;
    }

    /** Where the search begins. */
    PlaceNode root() {
        return root;
    }

    /** How many objects and arrays can be open on the way to a place, that place included. */
    int depth() {
        return depth;
    }
}
