package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.units.DataSize;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is too large is refused as soon as it is known to be, and nothing of it is kept. */
class BigRequestTest {

    private static final int LARGEST = 1 << 10;

    @Test
    void aTargetOf70KilobytesIsA414() throws Exception {
        assertRefused(RawRequest.post("/api/inference?" + "x".repeat(70_000)), 414, "target-too-long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Big", "Cookie", "Authorization"})
    void aFieldOf70KilobytesIsA431(String name) throws Exception {
        assertRefused(RawRequest.post("/api/inference").header(name, "x".repeat(70_000)), 431, "headers-too-large");
    }

    @Test
    void aFieldNameOf70KilobytesIsA431() throws Exception {
        assertRefused(RawRequest.post("/api/inference").header("x".repeat(70_000), "1"), 431, "headers-too-large");
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 1000, 2000})
    void manyFieldsAreA431(int count) throws Exception {
        RawRequest request = RawRequest.post("/api/inference");
        for (int i = 0; i < count - 1; i++) {
            request = request.header("a" + i, "");
        }
        assertRefused(request, 431, "headers-too-large");
    }

    @ParameterizedTest
    @CsvSource({"/api/inference", "/raw/small"})
    void aBodyOfOneByteTooManyIsA413AndOneOfAllThatIsAllowedIsServed(String path) throws Exception {
        try (Bench bench = limited();
                RawClient client = bench.connect()) {
            String largest = "\"" + "x".repeat(LARGEST - 2) + "\"";
            assertThat(client.send(RawRequest.post(path).json(largest))
                            .readResponse()
                            .status())
                    .isEqualTo(200);
            assertThat(client.send(json(path).chunks(largest)).readResponse().status())
                    .isEqualTo(200);
            RawResponse announced =
                    client.send(RawRequest.post(path).json(largest + " ")).readResponse();

            assertTooLarge(announced);
        }
    }

    @ParameterizedTest
    @CsvSource({"/api/inference", "/raw/small"})
    void chunksOfOneByteTooManyAreA413(String path) throws Exception {
        try (Bench bench = limited();
                RawClient client = bench.connect()) {
            RawResponse answer = client.send(json(path).chunks("\"" + "x".repeat(LARGEST - 2) + "\"", " "))
                    .readResponse();

            assertTooLarge(answer);
            assertThat(bench.upstream.requestCount()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"/api/inference", "/raw/small"})
    void chunksWithoutEndAreRefusedAndTheConnectionEnds(String path) throws Exception {
        try (Bench bench = limited();
                RawClient client = bench.connect()) {
            Bytes chunk = Bytes.ofUtf8("4000\r\n" + "x".repeat(0x4000) + "\r\n");
            client.send(json(path).header("Transfer-Encoding", "chunked").head())
                    .withTimeout(Duration.ofMillis(5));
            long sent = 0;
            Optional<RawResponse> answer = Optional.empty();
            boolean open = true;
            while (open && sent < 64 << 20) {
                try {
                    client.send(chunk);
                    sent += chunk.length();
                    if (answer.isEmpty()) {
                        answer = Optional.of(client.readResponse());
                    }
                } catch (SocketTimeoutException notYet) {
                    // on and on
                } catch (IOException closed) {
                    open = false;
                }
            }

            assertThat(open).as("still open after %d bytes", sent).isFalse();
            assertThat(answer).isPresent();
            assertTooLarge(answer.orElseThrow());
            assertThat(bench.upstream.requestCount()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "900000000000000000, 413",
        "9000000000000000000, 400",
        "9223372036854775808, 400",
        "18446744073709551618, 400"
    })
    void aLengthBeyondAllMeasureIsRefusedAtOnce(String length, int status) throws Exception {
        try (Bench bench = limited();
                RawClient client = bench.connect()) {
            RawResponse answer = client.send(json("/raw/small").header("Content-Length", length))
                    .readResponse();

            assertThat(answer.status()).isEqualTo(status);
            assertThat(client.isClosedByPeer(SOON)).isTrue();
        }
    }

    @Test
    void aContentCodedBodyIsNeverInflated() throws Exception {
        assertRefused(
                RawRequest.post("/api/inference")
                        .header("Content-Encoding", "gzip")
                        .json("\u001f\u008b"),
                415,
                "unsupported-media-type");
    }

    @Test
    void bracketsWithoutEndAreA400() throws Exception {
        assertRefused(RawRequest.post("/api/inference").json("[".repeat(100_000)), 400, "malformed-json");
        assertRefused(RawRequest.post("/api/inference").json("{\"a\":".repeat(20_000)), 400, "malformed-json");
    }

    @Test
    void aStringOfManyMegabytesAndKeysThatCollideAreReadInTime() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.validation(v -> v.withMaxBody(DataSize.ofMegabytes(16))));
                RawClient client = bench.connect()) {
            StringBuilder colliding = new StringBuilder("{\"last\":1");
            for (int i = 0; i < 1 << 15; i++) {
                colliding.append(",\"");
                for (int bit = 0; bit < 15; bit++) {
                    colliding.append((i >> bit & 1) == 0 ? "Aa" : "BB"); // all of one String.hashCode
                }
                colliding.append("\":0");
            }
            long begun = System.nanoTime();
            assertThat(client.send(RawRequest.post("/raw").json("\"" + "x".repeat(10 << 20) + "\""))
                            .readResponse()
                            .status())
                    .isEqualTo(200);
            assertThat(client.send(RawRequest.post("/api/inference").json("\"" + "x".repeat(10 << 20) + "\""))
                            .readResponse()
                            .status())
                    .isEqualTo(200);
            assertThat(client.send(RawRequest.post("/api/inference").json(colliding + "}"))
                            .readResponse()
                            .status())
                    .isIn(200, 400);
            assertThat(client.send(RawRequest.post("/api/inference").json("1".repeat(1 << 20)))
                            .readResponse()
                            .status())
                    .isIn(200, 400);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
        }
    }

    private static Bench limited() {
        return Bench.start(builder -> builder.validation(v -> v.withMaxBody(DataSize.ofBytes(LARGEST)))
                .route("small", Bench.route("POST /raw/small").withBody(BodyRule.ANY)));
    }

    private static RawRequest json(String path) {
        return RawRequest.post(path).header("Content-Type", "application/json");
    }

    private static void assertTooLarge(RawResponse answer) {
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text()).contains("\"code\":\"body-too-large\"");
    }

    private static void assertRefused(RawRequest request, int status, String code) throws IOException {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            RawResponse answer = client.send(request).readResponse();

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.text()).contains("\"code\":\"" + code + "\"");
            assertThat(bench.upstream.openedConnections()).isZero();
        }
    }
}
