package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.server.Http2Options;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Others are served while somebody floods the proxy, over one connection after the other. */
class Http2NeighboursTest {

    /** What 99 of 100 calls take at most, beyond what they take without a flood, on processors that make the flood too. */
    private static final Duration MORE = Duration.ofMillis(500);

    /** Or so many times as long, where the machine is busy with other things. */
    private static final int TIMES = 5;

    private static final int TRIES = 3;

    private static final int CALLERS = 2;
    private static final int CALLS = 50;
    private static final int WARM_UP = 50;
    private static final int BURST = 2_000;
    private static final byte[] HEAD = Http2Client.block(
            ":method",
            "POST",
            ":scheme",
            "http",
            ":authority",
            "a",
            ":path",
            "/api/inference",
            "content-type",
            "application/json");

    /** What comes again and again. */
    private enum Flood {
        RAPID_RESET {
            @Override
            void next(ByteArrayOutputStream out, int number) {
                int stream = 2 * number + 1;
                out.writeBytes(Http2Client.frame(
                        Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.END_STREAM, stream, HEAD));
                out.writeBytes(
                        Http2Client.frame(Http2Client.RST_STREAM, 0, stream, Http2Client.number(Http2Client.CANCEL)));
            }
        },
        CONTINUATION {
            @Override
            void next(ByteArrayOutputStream out, int number) {
                out.writeBytes(
                        number == 0
                                ? Http2Client.frame(Http2Client.HEADERS, 0, 1, HEAD)
                                : Http2Client.frame(Http2Client.CONTINUATION, 0, 1));
            }
        },
        PING {
            @Override
            void next(ByteArrayOutputStream out, int number) {
                out.writeBytes(Http2Client.frame(Http2Client.PING, 0, 0, new byte[8]));
            }
        },
        SETTINGS {
            @Override
            void next(ByteArrayOutputStream out, int number) {
                out.writeBytes(Http2Client.frame(Http2Client.SETTINGS, 0, 0));
            }
        };

        abstract void next(ByteArrayOutputStream out, int number);

        byte[] burst() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int i = 0; i < BURST; i++) {
                next(out, i);
            }
            return out.toByteArray();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCallsOfOthersSucceedInTheirTime(Flood flood) throws Exception {
        try (Bench bench = Bench.start(
                builder -> builder.listen(server -> server.withHttp2(Http2Options.DEFAULT.withH2c(true))))) {
            int port = bench.proxy.uri().getPort();
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger bursts = new AtomicInteger();
            byte[] burst = flood.burst();
            Thread flooding = new Thread(() -> {
                while (!over.get()) {
                    try (Http2Client client = Http2Client.connect(port)) {
                        client.send(burst);
                    } catch (IOException ended) {
                        // as it should
                    }
                    bursts.incrementAndGet();
                }
            });
            call(port, new long[WARM_UP]);
            Duration calm = slowest(port);
            Duration multiple = calm.multipliedBy(TIMES);
            Duration sum = calm.plus(MORE);
            Duration most = multiple.compareTo(sum) > 0 ? multiple : sum;
            Duration flooded = most;
            flooding.start();
            try {
                call(port, new long[WARM_UP]); // what is done about a flood is compiled while the first comes
                for (int i = 0; i < TRIES && flooded.compareTo(most) >= 0; i++) {
                    flooded = slowest(port); // again, since others on the machine may have been what it was
                }
            } finally {
                over.set(true);
                flooding.join(Bench.SOON.toMillis());
            }

            assertThat(flooded).as("without a flood: %s", calm).isLessThan(most);
            assertThat(bursts).hasValueGreaterThan(1);
        }
    }

    /** How long 99 of 100 calls take at most. */
    private static Duration slowest(int port) throws Exception {
        long[][] nanos = new long[CALLERS][CALLS];
        Load.of(CALLERS, CALLERS, caller -> call(port, nanos[caller])).await(Bench.SOON);
        long[] sorted =
                Arrays.stream(nanos).flatMapToLong(Arrays::stream).sorted().toArray();
        return Duration.ofNanos(sorted[sorted.length * 99 / 100 - 1]);
    }

    /** Calls one after the other over one connection, and notes how long each took. */
    private static void call(int port, long[] nanos) throws IOException {
        try (Http2Client client = Http2Client.connect(port)) {
            for (int i = 0; i < nanos.length; i++) {
                long start = System.nanoTime();
                assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
                nanos[i] = System.nanoTime() - start;
            }
        }
    }
}
