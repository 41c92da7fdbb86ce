package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static io.inferenceproxy.fault.Bench.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.PeerEnd;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT "Shutting down": first the others are told, then the door closes, then what is inside is seen off. */
class DrainTest {

    @Test
    void duringTheDelayEveryoneIsServedAndTold() throws Exception {
        try (Bench bench = draining(Duration.ofMillis(700), Duration.ofSeconds(5));
                RawClient kept = bench.connect();
                RawClient idle = bench.connect()) {
            kept.send(post("/api/inference")).readResponse();
            idle.send(post("/api/inference")).readResponse();
            CompletableFuture<Void> stopped = bench.proxy.shutDown().toCompletableFuture();
            try (RawClient fresh = bench.connect()) {
                RawResponse ready = fresh.send(RawRequest.get("/readyz")).readResponse();
                assertThat(ready.status()).isEqualTo(503);
                assertThat(ready.text()).contains("\"code\":\"draining\"");
                assertThat(ready.header("Connection")).contains("close");
                assertThat(fresh.isClosedByPeer(SOON)).isTrue();
            }
            try (RawClient fresh = bench.connect()) {
                RawResponse served = fresh.send(post("/api/inference")).readResponse();
                assertThat(served.status()).isEqualTo(200);
                assertThat(served.header("Connection")).contains("close");
            }
            RawResponse last = kept.send(post("/api/inference")).readResponse();
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.header("Connection")).contains("close");
            assertThat(kept.isClosedByPeer(SOON)).isTrue();
            assertThat(stopped).isNotDone();

            assertThat(idle.readUntilClosed(SOON)).isEqualTo(Bytes.EMPTY);
            stopped.get(10, TimeUnit.SECONDS);
            assertThat(refuses(bench)).isTrue();
        }
    }

    @Test
    void callsInFlightAreFinishedAfterTheDoorIsClosed() throws Exception {
        try (Bench bench = draining(Duration.ZERO, Duration.ofSeconds(10));
                RawClient streaming = bench.connect();
                RawClient waiting = bench.connect();
                RawClient sending = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            ScriptedStream late = ScriptedStream.sse();
            bench.upstream.on("/api/inference/stream", stream).on("/api/inference/late", late);
            streaming.send(post("/api/inference/stream")).readHead();
            waiting.send(post("/api/inference/late"));
            bench.upstream.awaitRequests(2, SOON);
            sending.send(RawRequest.post("/raw").header("Content-Length", "4").content(Bytes.ofUtf8("ha")));
            soon().until(() -> bench.active() == 3);
            CompletableFuture<Void> stopped = bench.proxy.shutDown().toCompletableFuture();
            await().atMost(SOON).until(() -> refuses(bench));

            stream.send("data: still here\n\n");
            assertThat(streaming.readEvent().orElseThrow().data()).isEqualTo("still here");
            stream.end();
            assertThat(streaming.readRest().complete()).isTrue();
            late.end();
            assertThat(waiting.readResponse().status()).isEqualTo(200);
            assertThat(sending.send("lf").readResponse().status()).isEqualTo(200);
            stopped.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatIsNotDoneInTimeEndsInOrder() throws Exception {
        try (Bench bench = draining(Duration.ZERO, Bench.SHORT);
                RawClient unanswered = bench.connect();
                RawClient events = bench.connect();
                RawClient json = bench.connect();
                RawClient old = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            ScriptedStream half = ScriptedStream.of(Answer.of(200).withFraming(BodyFraming.CHUNKED));
            ScriptedStream forOld = ScriptedStream.of(Answer.of(200).withFraming(BodyFraming.CHUNKED));
            bench.upstream
                    .on("/api/inference/events", stream)
                    .on("/api/inference/json", half)
                    .on("/api/inference/old", forOld)
                    .on("/api/inference/silent", Fault.SILENCE);
            stream.send("data: half");
            half.send("half");
            forOld.send("half");
            unanswered.send(post("/api/inference/silent"));
            events.send(post("/api/inference/events")).readHead();
            assertThat(events.readChunk()).contains(Bytes.ofUtf8("data: half"));
            json.send(post("/api/inference/json")).readHead();
            old.send("POST /api/inference/old HTTP/1.0\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 2\r\n\r\n{}")
                    .readHead();
            bench.upstream.awaitRequests(4, SOON);
            bench.proxy.shutDown();

            RawResponse refused = unanswered.readResponse();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("\"code\":\"draining\"");
            assertThat(refused.header("Retry-After")).contains("1");
            RawResponse told = events.readRest();
            assertThat(told.complete()).isTrue();
            assertThat(told.text())
                    .startsWith("data: half\nevent: error\ndata: {")
                    .contains("\"code\":\"draining\"")
                    .endsWith("}\n\n");
            assertThat(json.readRest().truncated()).isTrue();
            assertThat(old.awaitPeerEnd(SOON)).contains(PeerEnd.RESET);
            bench.proxy.stopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(bench.reportCount()).isEqualTo(4);
            assertThat(outcomes(bench, 4)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 400})
    void aShutdownUnderLoadLosesNoCall(int delayMillis) throws Exception {
        try (Bench bench = draining(Duration.ofMillis(delayMillis), Duration.ofSeconds(10))) {
            AtomicInteger served = new AtomicInteger();
            AtomicInteger turnedAway = new AtomicInteger();
            Load load = Load.of(32, 32, number -> {
                while (true) {
                    try (RawClient client = bench.connect()) {
                        // With a delay connections are kept until an answer ends them; without, nobody is told in time.
                        RawRequest call = delayMillis > 0
                                ? post("/api/inference")
                                : post("/api/inference").header("Connection", "close");
                        boolean more = true;
                        while (more) {
                            RawResponse answer = client.send(call).readResponse();
                            assertThat(answer.status()).isEqualTo(200);
                            assertThat(answer.complete()).isTrue();
                            served.incrementAndGet();
                            more = answer.header("Connection").isEmpty();
                        }
                    } catch (ConnectException closed) {
                        turnedAway.incrementAndGet();
                        return;
                    }
                }
            });
            await().atMost(SOON).until(() -> served.get() > 500);
            CompletableFuture<Void> stopped = bench.proxy.shutDown().toCompletableFuture();
            load.await(Duration.ofSeconds(20));

            assertThat(turnedAway).hasValue(32);
            stopped.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void closingTwiceOrDuringTheDelayDoesNotWaitForTheDelay() throws Exception {
        try (Bench bench = draining(Duration.ofMinutes(5), Duration.ofSeconds(5))) {
            CompletableFuture<Void> stopped = bench.proxy.shutDown().toCompletableFuture();
            assertThat(stopped).isNotDone();
            bench.proxy.close();
            assertThat(stopped).succeedsWithin(Duration.ofSeconds(5));

            assertThatCode(bench.proxy::close).doesNotThrowAnyException();
            assertThat(bench.proxy.shutDown().toCompletableFuture()).isCompleted();
        }
    }

    @Test
    void anOperatorCanAskForIt() throws Exception {
        try (Bench bench = draining(Duration.ZERO, Duration.ofSeconds(5));
                RawClient operator = RawClient.connect(bench.admin())) {
            RawResponse answer = operator.send(RawRequest.post("/drain")
                            .header("X-Requested-With", "test")
                            .body(""))
                    .readResponse();

            assertThat(answer.status()).isEqualTo(202);
            bench.proxy.stopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(refuses(bench)).isTrue();
        }
    }

    private static Bench draining(Duration delay, Duration timeout) {
        return Bench.start(
                builder -> builder.listen(server -> server.withDrainDelay(delay).withDrainTimeout(timeout)));
    }

    private static long outcomes(Bench bench, int calls) {
        long broken = 0;
        for (int i = 0; i < calls; i++) {
            broken += bench.awaitReport().outcome() == CallEnd.BROKEN_OFF ? 1 : 0;
        }
        return broken;
    }

    private static boolean refuses(Bench bench) throws IOException {
        try {
            bench.connect().close();
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }
}
