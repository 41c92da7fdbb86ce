package io.inferenceproxy.cost;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What was found: in the text that is being read, else in the last one before that had it. Places go by positions. */
final class FoundValues implements JsonValues {

    /** Numbers here are never negative. */
    private static final long NONE = -1;

    private static final int LONGEST_TEXT = 256;
    private static final byte[] NOTHING = {};

    private final List<JsonPlace> places;
    private final long[] now;
    private final long[] before;
    private final byte[][] textsNow;
    private final byte[][] textsBefore;

    FoundValues(List<JsonPlace> places) {
        this.places = places;
        int size = places.size();
        now = new long[size];
        before = new long[size];
        Arrays.fill(now, NONE);
        Arrays.fill(before, NONE);
        boolean texts = places.stream().anyMatch(place -> place.kind() == JsonPlace.Kind.TEXT);
        textsNow = new byte[texts ? size : 0][];
        textsBefore = new byte[texts ? size : 0][];
        Arrays.fill(textsNow, NOTHING);
        Arrays.fill(textsBefore, NOTHING);
    }

    /** A number or a length, or a negative one for none. */
    void found(int place, long value) {
        now[place] = Math.max(value, NONE);
    }

    /** What was found here or further on stood in a member that comes again. */
    void forget(PlaceNode node) {
        for (int place : node.below) {
            now[place] = NONE;
        }
    }

    /** Where a text is put together. */
    byte[] textRoom(int place) {
        if (textsNow[place].length == 0) {
            textsNow[place] = new byte[LONGEST_TEXT];
        }
        return textsNow[place];
    }

    /** The text is over: what is found from here on is another's. */
    void settle() {
        for (int i = 0; i < now.length; i++) {
            if (now[i] != NONE) {
                before[i] = now[i];
                now[i] = NONE;
                if (textsNow.length > 0) {
                    byte[] freed = textsBefore[i];
                    textsBefore[i] = textsNow[i];
                    textsNow[i] = freed;
                }
            }
        }
    }

    @Override
    public OptionalLong number(JsonPlace place) {
        int at = places.indexOf(place);
        if (at < 0 || place.kind() == JsonPlace.Kind.TEXT) {
            return OptionalLong.empty();
        }
        long value = now[at] != NONE ? now[at] : before[at];
        return value == NONE ? OptionalLong.empty() : OptionalLong.of(value);
    }

    @Override
    public Optional<String> text(JsonPlace place) {
        int at = places.indexOf(place);
        if (at < 0 || place.kind() != JsonPlace.Kind.TEXT) {
            return Optional.empty();
        }
        boolean current = now[at] != NONE;
        long length = current ? now[at] : before[at];
        byte[] bytes = current ? textsNow[at] : textsBefore[at];
        return length == NONE
                ? Optional.empty()
                : Optional.of(new String(bytes, 0, (int) length, StandardCharsets.UTF_8));
    }
}
