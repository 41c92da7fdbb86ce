package io.inferenceproxy.cost;

import static io.inferenceproxy.cost.JsonPlace.ofNumber;
import static io.inferenceproxy.cost.Readings.events;
import static io.inferenceproxy.cost.Readings.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventValueReaderTest {

    private static final JsonPlace N = ofNumber("/n");
    private static final JsonPlace TOTAL = ofNumber("/usage/total_tokens");
    private static final String COMPLETION = """
            data: {"id":"1","choices":[{"delta":{"content":"{\\"usage\\":"}}],"usage":null}

            : still alive

            data: {"id":"1","choices":[{"delta":{"content":"}"}}],"usage":null}

            data: {"id":"1","choices":[],"usage":{"prompt_tokens":9,"total_tokens":21}}

            data: [DONE]

            """;

    @Test
    void theUsageOfAStreamedCompletionIsInOneOfItsLastEvents() {
        assertThat(events(COMPLETION, TOTAL)).isEqualTo(Map.of(TOTAL, 21L));
    }

    @Test
    void whereTheCountGrowsFromEventToEventTheLastOneWins() {
        assertThat(events("data:{\"n\":1}\n\ndata:{\"n\":2}\n\ndata:{\"n\":5}\n\ndata:{\"n\":null}\n\n", N))
                .isEqualTo(Map.of(N, 5L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"n\":5}\n\n",
                "data:{\"n\":5}\r\n\r\n",
                "data:  {\"n\":5}\r\r",
                "\uFEFFdata: {\"n\":5}\n\n",
                ": {\"n\":1}\ndata: {\"n\":5}\n\n",
                "event: usage\ndata: {\"n\":5}\nid: 7\n\n",
                "data: {\ndata: \"n\":\rdata:5\r\ndata\ndata:}\n\n",
                "data: {\"n\":5}\n\ndata\n\ndata:\n\n\n\n",
                "data: {\"n\":5}\n\ndate: {\"n\":6}\n\n",
                "data: {\"n\":5}\n\ndat\n\ndataa: {\"n\":6}\n\n",
                "data: {\"n\":5}\n\n data: {\"n\":6}\n\n",
                "data: {\"n\":5}\n\nevent: {\"n\":6}\n\n",
                "data: {\"n\":5}\n\ndata: {\"\ndata: n\":6}\n\n",
                "\uFEFF\uFEFFdata: {\"n\":6}\n\ndata: {\"n\":5}\n\n",
                "data: {\"n\":5}\n\ndata: {\"n\":6 7}\n\n",
                "data: {\"n\":5,"
            })
    void linesArePartedAsTheStandardHasIt(String stream) {
        assertThat(events(stream, N)).isEqualTo(Map.of(N, 5L));
    }

    @Test
    void aNumberThatTheEndOfTheStreamMayHaveCutIsNotCounted() {
        String whole = "data: {\"n\":5}\n\ndata: {\"n\":67";

        assertThat(events(whole, N)).isEqualTo(Map.of(N, 5L));
        assertThat(events(whole + "\nevent: error\ndata: {\"status\":502}\n\n", N))
                .as("what the proxy puts behind a stream that died")
                .isEqualTo(Map.of(N, 5L));
    }

    @Test
    void whereItIsCutMakesNoDifference() {
        String stream = "\uFEFF" + COMPLETION.replace("\n\n", "\r\n\r\n")
                + "data:{\rdata: \"n\" :\rdata:4 , \"usage\":\ndata:{\"total_tokens\"\rdata: :1.5e1}}\r\r";
        byte[] bytes = utf8(stream);
        Map<JsonPlace, Object> expected = Map.of(TOTAL, 15L, N, 4L);
        for (int piece = 1; piece < 20; piece++) {
            assertThat(Readings.read(EventValueReader::new, bytes, List.of(N, TOTAL), piece))
                    .as("in pieces of " + piece)
                    .isEqualTo(expected);
        }
        for (int at = 0; at <= bytes.length; at++) {
            assertThat(Readings.readCutAt(EventValueReader::new, bytes, List.of(N, TOTAL), at))
                    .as("cut at " + at)
                    .isEqualTo(expected);
        }
    }
}
