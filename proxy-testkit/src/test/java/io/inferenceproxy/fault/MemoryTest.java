package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.HeldBody;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import io.inferenceproxy.testkit.Sse;
import io.inferenceproxy.units.DataSize;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * However many clients send half a body or do not read, what is held of content and answers stays within its bound: new
 * calls are refused, those under way go on, and all is given back. That nothing stays counted is checked by {@link Bench}
 * after each test.
 */
class MemoryTest {

    private static final int MEGABYTE = 1 << 20;

    /** What is read from a socket at once. */
    private static final int ONE_READ = 64 << 10;

    /** What waits at least for a client that does not read, while there is room. */
    private static final int LOW_WATERMARK = 32 << 10;

    private static final Duration OFTEN = Duration.ofMillis(2);

    private final Queue<RawClient> crowd = new ConcurrentLinkedQueue<>();

    @AfterEach
    void disperse() throws IOException {
        for (RawClient client : crowd) {
            client.close();
        }
    }

    @Test
    void aThousandThatSendHalfOfTheirContentAndStallFillNoMoreThanTheBound() throws Exception {
        Bytes half = RawRequest.post(Bench.JSON_PATH)
                .header("Content-Type", "application/json")
                .header("Content-Length", String.valueOf(MEGABYTE))
                .content(Bytes.ofUtf8("\"" + "x".repeat(MEGABYTE / 2 - 1)))
                .bytes();
        try (Bench bench = bounded(16, server -> server.withBodyTimeout(Duration.ofMinutes(2)));
                Peak peak = Peak.of(bench);
                RawClient listener = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream, Answer.json("[]"));
            listener.send(RawRequest.get("/raw")).readHead();

            Load.of(16, 1000, number -> sendAndStay(bench.connect(), half)).await(Duration.ofSeconds(60));
            await().atMost(SOON).until(() -> bench.refused() > 500);

            assertThat(peak.highest()).isBetween(8.0 * MEGABYTE, 16.0 * MEGABYTE + ONE_READ);
            try (RawClient newcomer = bench.connect()) {
                assertNoRoom(newcomer.send(post(Bench.JSON_PATH)).readResponse(), "16MB");
            }
            try (RawClient newcomer = bench.connect()) {
                assertNoRoom(newcomer.send(RawRequest.post("/raw").body("x")).readResponse(), "16MB");
            }
            try (RawClient newcomer = bench.connect()) {
                assertThat(newcomer.send(RawRequest.get("/raw")).readResponse().status())
                        .isEqualTo(200);
                assertThat(newcomer.send(RawRequest.get("/readyz"))
                                .readResponse()
                                .status())
                        .as("it is ready: what is short comes back in moments")
                        .isEqualTo(200);
            }
            stream.send("data: still here\n\n");
            assertThat(listener.readEvent().map(Sse.Event::data)).contains("still here");

            leave();
            await().atMost(SOON).until(() -> bench.buffered() == 0);
            stream.send("data: and still\n\n");
            assertThat(listener.readEvent().map(Sse.Event::data)).contains("and still");
            try (RawClient newcomer = bench.connect()) {
                assertThat(newcomer.send(post(Bench.JSON_PATH)).readResponse().status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void clientsThatDoNotReadFillLittleMoreThanTheBoundAndThenNobodyElseComesIn() throws Exception {
        int many = 200;
        try (Bench bench = bounded(4, server -> server.withWriteTimeout(Duration.ofMinutes(2)));
                Peak peak = Peak.of(bench)) {
            bench.upstream.otherwise(Answer.of(200).withBody(Bytes.ofUtf8("x".repeat(8 * MEGABYTE))));
            RawClient reader = crowd(bench.connect());
            reader.send(RawRequest.get("/raw")).readHead();

            int admitted = 1;
            for (int i = 0; i < many; i++) {
                RawClient client = crowd(bench.connectWithSmallWindow());
                int status = client.send(RawRequest.get("/raw")).readHead().status();
                assertThat(status).isIn(200, 503);
                admitted += status == 200 ? 1 : 0;
                double least = Math.min(4.0 * MEGABYTE, admitted * (double) LOW_WATERMARK);
                await().atMost(SOON).pollInterval(OFTEN).until(() -> bench.buffered() >= least);
            }

            assertThat(admitted).isLessThan(many);
            assertThat(peak.highest()).isBetween(4.0 * MEGABYTE, 5.0 * MEGABYTE + admitted * (double) ONE_READ);
            assertThat(reader.readRest().complete()).as("who reads gets all").isTrue();
            leave();
            await().atMost(SOON).until(() -> bench.buffered() == 0);
            try (RawClient newcomer = bench.connect()) {
                assertThat(newcomer.send(RawRequest.get("/raw")).readResponse().complete())
                        .isTrue();
            }
        }
    }

    @Test
    void aPageOfOurOwnIsNotHeldOnceForEachWhoDoesNotReadIt() throws Exception {
        int many = 40;
        RawRequest page = RawRequest.get("/docs/swagger-ui-bundle.js");
        try (Bench bench = bounded(64, server -> server);
                Peak peak = Peak.of(bench)) {
            for (int i = 0; i < many; i++) {
                RawClient client = crowd(bench.connectWithSmallWindow());
                for (int again = 0; again < 10; again++) { // more than the system's own buffers take
                    client.send(page);
                }
            }
            await().atMost(SOON).until(() -> bench.active() == many && bench.buffered() > many * (1 << 10));
            RawResponse whole;
            try (RawClient reader = bench.connect()) {
                whole = reader.send(page).readResponse();
            }
            double highest = peak.highest();
            leave();

            assertThat(whole.complete()).isTrue();
            assertThat(whole.body().length()).isGreaterThan(MEGABYTE);
            assertThat(highest).isLessThan((many + 1) * 1.1 * ONE_READ);
        }
    }

    @Test
    void contentThatAnUpstreamDoesNotTakeIsHeldOnce() throws Exception {
        int size = 24 * MEGABYTE;
        try (Bench bench = Bench.start(
                        builder -> builder.listen(server -> server.withMaxBuffered(DataSize.ofMegabytes(64)))
                                .validation(validation -> validation.withMaxBody(DataSize.ofMegabytes(32))));
                Peak peak = Peak.of(bench);
                RawClient client = bench.connect()) {
            HeldBody held = HeldBody.then(Answer.json("[]"));
            bench.upstream.otherwise(held);
            client.send(RawRequest.post(Bench.JSON_PATH).json("\"" + "x".repeat(size - 2) + "\""));
            bench.upstream.awaitHead(SOON);
            await().atMost(SOON).until(() -> bench.buffered() > size);

            held.release();

            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(bench.upstream.awaitRequest(SOON).bodyLength()).isEqualTo(size);
            assertThat(peak.highest()).isLessThanOrEqualTo(size + 2.0 * ONE_READ);
        }
    }

    @Test
    void clientsThatAreKilledWhereverTheyAreLeaveNothingBehind() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.upstream(upstream -> upstream.withMaxInFlight(8)))) {
            bench.upstream.otherwise(Answer.of(200).withBody(Bytes.ofUtf8("x".repeat(4 * MEGABYTE))));
            Bytes some = Bytes.ofUtf8("x".repeat(100_000));
            for (int i = 0; i < 60; i++) {
                RawClient client = crowd(bench.connectWithSmallWindow());
                RawRequest request = switch (i % 4) {
                    case 0 -> RawRequest.get("/raw"); // does not read
                    case 1 -> RawRequest.post("/raw").header("Content-Length", "300000"); // may wait for its turn
                    case 2 -> RawRequest.post("/again-raw").header("Content-Length", "300000");
                    default ->
                        RawRequest.post(Bench.JSON_PATH)
                                .header("Content-Type", "application/json")
                                .header("Content-Length", "300000");
                };
                client.send(i % 4 == 0 ? request : request.content(some));
            }
            await().atMost(SOON).until(() -> bench.queued() > 0 && bench.buffered() > MEGABYTE);

            leave();

            await().atMost(SOON).until(() -> bench.buffered() == 0);
        }
    }

    @Test
    void contentThatStallsGivesItsRoomBackAtTheTimeout() throws Exception {
        try (Bench bench = bounded(1, server -> server.withBodyTimeout(Bench.SHORT));
                RawClient client = bench.connect()) {
            client.send(RawRequest.post(Bench.JSON_PATH)
                    .header("Content-Type", "application/json")
                    .header("Content-Length", "100000")
                    .content(Bytes.ofUtf8("\"" + "x".repeat(50_000))));

            assertThat(client.readResponse().status()).isEqualTo(408);
            await().atMost(SOON).until(() -> bench.buffered() == 0);
        }
    }

    private static Bench bounded(int megabytes, UnaryOperator<ServerOptions> change) {
        return Bench.start(builder ->
                builder.listen(server -> change.apply(server.withMaxBuffered(DataSize.ofMegabytes(megabytes)))));
    }

    private void sendAndStay(RawClient client, Bytes bytes) {
        crowd(client);
        try {
            client.send(bytes);
        } catch (IOException refused) {
            // answered, and cut because it went on sending
        }
    }

    private RawClient crowd(RawClient client) {
        crowd.add(client);
        return client;
    }

    private void leave() throws IOException {
        for (RawClient client : crowd) {
            client.reset();
        }
    }

    private static void assertNoRoom(RawResponse answer, String bound) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).contains("1");
        assertThat(answer.text()).contains("\"code\":\"overloaded\"").contains("server.max-buffered: " + bound);
    }
}
