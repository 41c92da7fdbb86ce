package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SHORT;
import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.observe.CallReport;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.PeerEnd;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 3.7: streams pass byte for byte as they come, with back-pressure, and never end as if they were whole. */
class EventStreamTest {

    private static final int MEGABYTE = 1 << 20;

    @Test
    void eachEventArrivesAsItIsBeforeTheNextIsSent() throws Exception {
        List<String> events = List.of(
                "\ufeffdata: after a byte order mark\n\n",
                ": a comment\n\n",
                ":\n",
                "data: lines that end in CR\rdata: alone\r\r",
                "data: CRLF\r\n\r\n",
                "id: with\0nul\ndata: x\n\n",
                "data: " + "y".repeat(MEGABYTE) + "\n\n",
                "data: \u00e4\u20ac\n\n",
                "event: error\ndata: the upstream's own\n\n",
                "data: a line that is open");
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            client.send(post("/api/inference"));
            stream.send(events.get(0));
            RawResponse head = client.readHead();
            assertThat(head.header("Content-Type")).contains("text/event-stream");
            assertThat(read(client, events.get(0))).isEqualTo(Bytes.ofUtf8(events.get(0)));
            for (String event : events.subList(1, events.size())) {
                stream.send(event);
                assertThat(read(client, event)).isEqualTo(Bytes.ofUtf8(event));
            }
            stream.end();
            RawResponse whole = client.readRest();

            assertThat(whole.complete()).isTrue();
            assertThat(whole.body()).isEqualTo(Bytes.ofUtf8(String.join("", events)));
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.COMPLETED);
        }
    }

    @Test
    void theUpstreamWaitsForASlowReaderAndOthersAreUnhurt() throws Exception {
        int megabytes = 48;
        try (Bench bench = Bench.start();
                RawClient slow = bench.connectWithSmallWindow();
                RawClient other = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.on("/api/inference/slow", stream).otherwise(Answer.json("[]"));
            slow.send(post("/api/inference/slow"));
            Bytes event = Bytes.ofUtf8("data: " + "z".repeat((64 << 10) - 8) + "\n\n");
            for (int i = 0; i < megabytes * 16; i++) {
                stream.send(event);
            }
            long[] before = {-1};
            await().atMost(SOON).pollInterval(SHORT).until(() -> {
                long now = stream.bytesWritten();
                boolean still = now > 0 && now == before[0];
                before[0] = now;
                return still;
            });
            assertThat(stream.bytesWritten())
                    .as("what the sockets between hold, not what was sent")
                    .isLessThan(20L * MEGABYTE);
            assertThat(other.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(200);

            // The upstream stays silent from here on: what was held back must come without its help.
            slow.readHead();
            long length = 0;
            while (length < (long) event.length() * megabytes * 16) {
                length += slow.readChunk().orElseThrow().length();
            }
            stream.end();
            assertThat(slow.readRest().complete()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/inference, RESET, '\"status\":502', '\"code\":\"upstream-unreachable\"'",
        "/api/inference, CLOSE, '\"requestId\":', '\"type\":\"/problems/upstream-unreachable\"'",
        "/api/inference, CUT, '\"title\":', '\"code\":\"upstream-unreachable\"'",
        "/openai, RESET, '{\"error\":{\"message\":', '\"type\":\"server_error\"'",
        "/oip, RESET, '{\"error\":\"', '\"}'"
    })
    void anUpstreamThatDiesLeavesAnErrorEventInTheStyleOfTheRoute(String path, String death, String one, String other)
            throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            client.send(post(path));
            stream.send("data: whole\n\ndata: half");
            client.readHead();
            read(client, "data: whole\n\ndata: half");
            switch (death) {
                case "RESET" -> stream.die();
                case "CLOSE" -> stream.close();
                default -> stream.cutMidChunk(" of a chunk");
            }
            RawResponse answer = client.readRest();

            assertThat(answer.complete()).as("the last chunk").isTrue();
            assertThat(answer.text()).startsWith("data: whole\n\ndata: half").contains("\nevent: error\ndata: {");
            assertThat(answer.text()
                            .lines()
                            .toList()
                            .get(answer.text().lines().toList().size() - 2))
                    .startsWith("data: {")
                    .contains(one, other);
            assertThat(answer.text()).endsWith("}\n\n");
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.BROKEN_OFF);
        }
    }

    @Test
    void noLineEndIsAddedWhereNoLineIsOpen() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            client.send(post("/api/inference"));
            stream.send("data: whole\r\r");
            client.readHead();
            read(client, "data: whole\r\r");
            stream.die();

            assertThat(client.readRest().text()).startsWith("data: whole\r\revent: error\ndata: {");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"length", "chunked", "gzip", "length of events"})
    void anyOtherBodyThatBreaksOffIsCutSoThatTheClientSeesIt(String kind) throws Exception {
        Answer json = Answer.of(200).withHeader("Content-Type", "application/json");
        Answer events = Answer.of(200).withHeader("Content-Type", "text/event-stream");
        Answer head = switch (kind) {
            case "length" -> json.withHeader("Content-Length", "100").withFraming(BodyFraming.NONE);
            case "chunked" -> json.withFraming(BodyFraming.CHUNKED);
            case "gzip" -> events.withHeader("Content-Encoding", "gzip").withFraming(BodyFraming.CHUNKED);
            default -> events.withHeader("Content-Length", "100").withFraming(BodyFraming.NONE);
        };
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.of(head);
            bench.upstream.otherwise(stream);
            client.send(post("/api/inference"));
            stream.send("data: half");
            client.readHead();
            read(client, "data: half");
            stream.die();
            RawResponse answer = client.readRest();

            assertThat(answer.truncated()).isTrue();
            assertThat(answer.text()).isEqualTo("data: half");
            CallReport report = bench.awaitReport();
            assertThat(report.outcome()).isEqualTo(CallEnd.BROKEN_OFF);
            assertThat(report.reason()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    void aClientOfHttp10SeesThatTheBodyBrokeOffByAReset(String type) throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.of(
                    Answer.of(200).withHeader("Content-Type", type).withFraming(BodyFraming.CHUNKED));
            bench.upstream.otherwise(stream);
            client.send(
                    "POST /api/inference HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
            stream.send("data: half");
            assertThat(client.readHead().framing()).isEqualTo(BodyFraming.UNTIL_CLOSE);
            read(client, "data: half");
            stream.die();

            assertThat(client.awaitPeerEnd(SOON)).contains(PeerEnd.RESET);
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.BROKEN_OFF);
        }
    }

    @Test
    void aStreamMayBeSilentUnlessItsRouteSaysOtherwise() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.upstream(upstream -> upstream.withStallTimeout(SHORT))
                        .route("strict", Bench.route("POST /strict").withStallTimeout(SHORT)));
                RawClient silent = bench.connect();
                RawClient strict = bench.connect()) {
            ScriptedStream free = ScriptedStream.sse();
            ScriptedStream held = ScriptedStream.sse();
            bench.upstream.on("/api/inference", free).on("/strict", held);
            silent.send(post("/api/inference")).readHead();
            strict.send(post("/strict")).readHead();

            RawResponse cut = strict.readRest();
            assertThat(cut.text()).startsWith("event: error\ndata: {").contains("\"code\":\"upstream-timeout\"");
            held.awaitAborted(SOON);

            // The strict one, begun later, is over: so is the time that the other might have had.
            free.send("data: late\n\n");
            assertThat(silent.readEvent().orElseThrow().data()).isEqualTo("late");
            free.end();
            assertThat(silent.readRest().complete()).isTrue();
        }
    }

    @Test
    void aStreamWithoutAnyEventEndsInOrder() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream);
            stream.end();

            assertThat(client.send(post("/api/inference")).readResponse().body())
                    .isEqualTo(Bytes.EMPTY);
            assertThat(client.withTimeout(Duration.ofSeconds(5))
                            .send(post("/api/inference"))
                            .readResponse()
                            .status())
                    .as("the connection is still good")
                    .isEqualTo(500);
        }
    }

    /** Reads as many bytes as the text has. */
    private static Bytes read(RawClient client, String text) throws IOException {
        int length = Bytes.ofUtf8(text).length();
        Bytes all = Bytes.EMPTY;
        while (all.length() < length) {
            Optional<Bytes> next = client.readChunk();
            all = all.plus(next.orElseThrow(() -> new AssertionError("the body ended early")));
        }
        return all;
    }
}
