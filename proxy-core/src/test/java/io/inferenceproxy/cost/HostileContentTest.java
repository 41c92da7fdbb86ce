package io.inferenceproxy.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader takes of memory does not depend on what it reads. */
class HostileContentTest {

    private static final JsonPlace N = JsonPlace.ofNumber("/n");
    private static final JsonPlace DEEP = JsonPlace.ofNumber("/d/0/0/0");
    private static final JsonPlace LENGTH = JsonPlace.ofLength("/list");
    private static final JsonPlace TEXT = JsonPlace.ofText("/t");
    private static final List<JsonPlace> PLACES = List.of(N, DEEP, LENGTH, TEXT);
    private static final int MEGABYTE = 1 << 20;
    private static final int PIECE = 4096;

    /** Far less than any of the contents here has. */
    private static final long BOUND = 16 << 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Bytes allocated while content is read in pieces by a reader that has read something already. */
    private long allocated(PieceReader reader, byte[] content) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int from = 0; from < content.length; from += PIECE) {
            reader.feed(content, from, Math.min(from + PIECE, content.length));
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static String content(String kind) {
        String much = "x".repeat(MEGABYTE);
        return switch (kind) {
            case "deep beside the way" -> "\"skip\":" + "[{\"a\":".repeat(200_000) + "1" + "}]".repeat(200_000);
            case "deep on the way" -> "\"d\":" + "[".repeat(MEGABYTE) + "]".repeat(MEGABYTE);
            case "a long name" -> "\"" + much + "\":1";
            case "a long name that begins well" -> "\"list" + much + "\":1";
            case "a long name of escapes" -> "\"" + "\\u006e".repeat(MEGABYTE / 6) + "\":1";
            case "a long string" -> "\"x\":\"" + much + "\"";
            case "a long text that is wanted" -> "\"t\":\"" + much + "\"";
            case "a long number" -> "\"n\":" + "7".repeat(10_000) + "." + "7".repeat(10_000) + "e" + "7".repeat(10_000);
            case "many members" -> "\"x\":1,".repeat(MEGABYTE / 6) + "\"x\":1";
            case "one name again and again" -> "\"t\":\"a\",\"n\":1,\"list\":[1],".repeat(MEGABYTE / 24) + "\"x\":1";
            default -> "\"list\":[" + "{},".repeat(MEGABYTE / 3) + "0]";
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deep beside the way",
                "deep on the way",
                "a long name",
                "a long name that begins well",
                "a long name of escapes",
                "a long string",
                "a long text that is wanted",
                "a long number",
                "many members",
                "one name again and again",
                "a long list"
            })
    void isReadInLittleMemoryAndWhatIsBehindItIsFound(String kind) {
        byte[] json = Readings.utf8("{" + content(kind) + ",\"n\":5}");
        byte[] event = Readings.utf8("data: {" + content(kind) + ",\"n\":5}\n\n");
        JsonValueReader reader = new JsonValueReader(JsonPlaces.of(PLACES));
        EventValueReader events = new EventValueReader(JsonPlaces.of(PLACES));
        allocated(new JsonValueReader(JsonPlaces.of(PLACES)), json); // classes are loaded once
        allocated(new EventValueReader(JsonPlaces.of(PLACES)), event);

        long ofJson = allocated(reader, json);
        long ofEvents = allocated(events, event);

        assertThat(ofJson).isLessThan(BOUND);
        assertThat(ofEvents).isLessThan(BOUND);
        assertThat(reader.values().number(N)).hasValue(5);
        assertThat(events.values().number(N)).hasValue(5);
    }

    @Test
    void aStreamLeavesNoGarbageFromPieceToPiece() {
        byte[] event = Readings.utf8("data: {\"t\":\"model\",\"list\":[1,2],\"n\":5,\"d\":[[[1]]]}\n\n");
        EventValueReader reader = new EventValueReader(JsonPlaces.of(PLACES));
        for (int i = 0; i < 100; i++) {
            reader.feed(event, 0, event.length);
        }

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            reader.feed(event, 0, event.length);
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes of garbage of 10,000 events")
                .isLessThan(BOUND);
        assertThat(Readings.found(reader.values(), PLACES))
                .isEqualTo(Map.of(N, 5L, DEEP, 1L, LENGTH, 2L, TEXT, "model"));
    }
}
