package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.AT_ONCE;
import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Http2Client.CANCEL;
import static io.inferenceproxy.fault.Http2Client.ENHANCE_YOUR_CALM;
import static io.inferenceproxy.fault.Http2Client.PROTOCOL_ERROR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.server.Http2Options;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 as it must not be: malformed requests reset their stream and reach nobody, floods end their connection. */
class Http2AbuseTest {

    private static final int FLOOD = 50_000;
    private static final int REFUSED_STREAM = 7;
    private static final String[] GOOD = {
        ":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/api/inference"
    };

    private static Bench bench() {
        return Bench.start(builder -> builder.listen(server -> server.withHttp2(Http2Options.DEFAULT.withH2c(true))));
    }

    private static Http2Client client(Bench bench) throws IOException {
        return Http2Client.connect(bench.proxy.uri().getPort());
    }

    private static String[] with(String... more) {
        String[] all = new String[GOOD.length + more.length];
        System.arraycopy(GOOD, 0, all, 0, GOOD.length);
        System.arraycopy(more, 0, all, GOOD.length, more.length);
        return all;
    }

    static Stream<List<String>> malformed() {
        return Stream.of(
                        with("transfer-encoding", "chunked"),
                        with("connection", "close"),
                        with("connection", "x-forwarded-user"),
                        with("keep-alive", "1"),
                        with("proxy-connection", "close"),
                        with("upgrade", "websocket"),
                        with("te", "gzip"),
                        with("X-Capital", "a"),
                        with("x a", "a"),
                        with("", "a"),
                        with("x-a", "b\r\nx-forwarded-user: admin"),
                        with("x-a", "b\u0000"),
                        with("x-a", " b"),
                        with(":authority", "b"),
                        with("host", "b"),
                        with("host", "a", "host", "a"),
                        with(":status", "200"),
                        with("x-a", "a", ":path", "/b"),
                        with("content-length", "2"),
                        with("content-length", "x"),
                        with("content-length", "2", "content-length", "3"),
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a"},
                        new String[] {":scheme", "http", ":authority", "a", ":path", "/livez"},
                        new String[] {":method", "GET", ":authority", "a", ":path", "/livez"},
                        new String[] {":method", "GET", ":scheme", "ftp", ":authority", "a", ":path", "/livez"},
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a", ":path", ""},
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a", ":path", "http://evil/"},
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/a\r\nx: y"},
                        new String[] {":method", "GET", ":scheme", "http", ":authority", "a b", ":path", "/livez"})
                .map(List::of);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedHeadResetsItsStreamAndReachesNobody(List<String> fields) throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            Http2Client.Answer answer = client.await(client.open(true, fields.toArray(String[]::new)));

            assertThat(answer.reset()).hasValue(PROTOCOL_ERROR);
            assertThat(answer.isHere()).isFalse();
            assertThat(bench.upstream.openedConnections()).isZero();
            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
        }
    }

    @Test
    void anUnknownPseudoFieldReachesNobodyEither() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            client.open(true, with(":unknown", "a"));

            assertThat(client.isClosed()).isTrue();
            assertThat(bench.upstream.openedConnections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "abcdef"})
    void aBodyOfAnotherLengthThanAnnouncedResetsItsStream(String body) throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            int stream = client.post("/api/inference", false, "content-length", "5");
            client.data(stream, body, true);
            assertThat(client.await(stream).reset()).hasValue(PROTOCOL_ERROR);

            assertThat(client.call("/api/inference", "{}").status()).isEqualTo(200);
            assertThat(bench.upstream.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void noMoreStreamsAtOnceThanAllowed() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            bench.upstream.otherwise(Fault.SILENCE);
            for (int i = 0; i < 128; i++) {
                client.post("/api/inference", false);
            }
            int oneMore = client.post("/api/inference", false);

            assertThat(client.await(oneMore).reset()).hasValue(REFUSED_STREAM);
        }
    }

    @Test
    void manyResetsEndTheConnectionAndCancelTheCalls() throws Exception {
        try (Bench bench = bench();
                Http2Client other = client(bench);
                Http2Client client = client(bench)) {
            bench.upstream.otherwise(Fault.SILENCE);
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < 1_000; i++) {
                int stream = 2 * i + 1;
                frames.writeBytes(Http2Client.frame(
                        Http2Client.HEADERS,
                        Http2Client.END_HEADERS | Http2Client.END_STREAM,
                        stream,
                        Http2Client.block(with("content-type", "application/json"))));
                frames.writeBytes(Http2Client.frame(Http2Client.RST_STREAM, 0, stream, Http2Client.number(CANCEL)));
            }

            assertEnds(client, frames.toByteArray(), ENHANCE_YOUR_CALM);
            bench.upstream.awaitNoOpenConnections(AT_ONCE);
            await().atMost(SOON).until(() -> bench.active() == 0);
            assertThat(bench.reportCount()).isLessThan(210);
            bench.upstream.otherwise(Answer.of(200));
            assertThat(other.call("/api/inference", "{}").status()).isEqualTo(200);
        }
    }

    /** The client makes the server reset the streams (CVE-2025-8671). */
    @Test
    void manyResetsThatTheClientBringsAboutDoToo() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            bench.upstream.otherwise(Fault.SILENCE);
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < 1_000; i++) {
                int stream = 2 * i + 1;
                frames.writeBytes(Http2Client.frame(
                        Http2Client.HEADERS, Http2Client.END_HEADERS, stream, Http2Client.block(GOOD)));
                frames.writeBytes(Http2Client.frame(Http2Client.WINDOW_UPDATE, 0, stream, new byte[4]));
            }

            assertEnds(client, frames.toByteArray(), ENHANCE_YOUR_CALM);
            bench.upstream.awaitNoOpenConnections(AT_ONCE);
        }
    }

    /** Frames that cost a client nothing. */
    @SuppressWarnings("ImmutableEnumChecker") // nobody writes into the frames
    private enum Useless {
        PING(Http2Client.frame(Http2Client.PING, 0, 0, new byte[8])),
        SETTINGS(Http2Client.frame(Http2Client.SETTINGS, 0, 0)),
        PRIORITY(Http2Client.frame(Http2Client.PRIORITY, 0, 1, new byte[5])),
        SMALL_WINDOWS(Http2Client.frame(Http2Client.WINDOW_UPDATE, 0, 0, Http2Client.number(1))),
        EMPTY_DATA(Http2Client.frame(Http2Client.DATA, 0, 1)),
        DATA_OF_PADDING(
                Http2Client.frame(Http2Client.DATA, Http2Client.PADDED, 1, (byte) 3, (byte) 0, (byte) 0, (byte) 0)),
        UNKNOWN(Http2Client.frame(0x77, 0, 0)),
        CONTINUATION(Http2Client.frame(Http2Client.CONTINUATION, 0, 3)),
        FULL_CONTINUATION(Http2Client.frame(Http2Client.CONTINUATION, 0, 3, new byte[16_384]));

        private final byte[] frame;

        Useless(byte... frame) {
            this.frame = frame;
        }
    }

    @ParameterizedTest
    @EnumSource
    void floodsEndTheConnectionAndNoOther(Useless flood) throws Exception {
        try (Bench bench = bench();
                Http2Client other = client(bench);
                Http2Client client = client(bench)) {
            client.post("/api/inference", false); // a stream that is open
            client.takeOne(); // the server's settings, which must not be acknowledged amid a head
            if (flood.name().endsWith("CONTINUATION")) {
                client.send(Http2Client.HEADERS, 0, 3, Http2Client.block(GOOD));
            }
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < FLOOD && frames.size() < 4 << 20; i++) {
                frames.writeBytes(flood.frame);
            }

            assertEnds(
                    client,
                    frames.toByteArray(),
                    flood == Useless.FULL_CONTINUATION ? PROTOCOL_ERROR : ENHANCE_YOUR_CALM);
            assertThat(other.call("/api/inference", "{}").status()).isEqualTo(200);
        }
    }

    /** A reference to an entry of the table is one byte; unfolded it can be thousands. */
    @Test
    void aHeadThatUnfoldsToMegabytesIsRefused() throws Exception {
        try (Bench bench = bench();
                Http2Client client = client(bench)) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            block.writeBytes(Http2Client.block(GOOD));
            block.write(0x40); // to be kept in the table
            byte[] large = Http2Client.block("x-large", "x".repeat(3_900));
            block.write(large, 1, large.length - 1);
            for (int i = 0; i < 10_000; i++) {
                block.write(0x80 | 62); // the newest entry
            }
            client.send(Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.END_STREAM, 1, block.toByteArray());

            assertThat(client.await(1).status()).isEqualTo(431);
            assertThat(bench.upstream.openedConnections()).isZero();
        }
    }

    private static void assertEnds(Http2Client client, byte[] frames, int code) throws IOException {
        Thread sending = new Thread(() -> {
            try {
                client.send(frames);
            } catch (IOException ended) {
                // as it should
            }
        });
        sending.start();
        try {
            assertThat(client.awaitGoAway()).isEqualTo(code);
        } catch (SocketException reset) {
            // the goodbye was lost to what was still being sent
        }
        assertThat(client.isClosed()).isTrue();
    }
}
