package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.AT_ONCE;
import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static io.inferenceproxy.fault.Bench.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.pem.PemText;
import io.inferenceproxy.server.TlsOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The listener that callers reach, over TLS.
 *
 * <p>Over 300 lines because each way to set TLS up wrongly has its test.
 */
class TlsListenerTest {

    private static final String NAME = "localhost";
    private static final int APPLICATION_DATA = 23;

    @TempDir
    private Path directory;

    private TlsOptions tls() {
        return Certificates.options(directory, Certificates.server(NAME, "127.0.0.1"));
    }

    private Bench bench() {
        return Bench.start(builder -> builder.listen(server -> server.withTls(tls())));
    }

    private static SSLSocket socket(Bench bench) throws IOException {
        return Certificates.connect(Certificates.trusting(), bench.proxy.uri().getPort(), NAME);
    }

    private static RawClient client(Bench bench) throws IOException {
        return RawClient.over(socket(bench));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void callsAreServedOneAfterTheOther(String version) throws Exception {
        try (Bench bench = bench();
                SSLSocket socket = socket(bench)) {
            socket.setEnabledProtocols(new String[] {version});
            try (RawClient client = RawClient.over(socket)) {
                for (int i = 0; i < 3; i++) {
                    RawResponse answer = client.send(post("/api/inference")).readResponse();

                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.text()).contains("[\"X-Forwarded-Proto\",\"https\"]");
                }
                assertThat(socket.getSession().getProtocol()).isEqualTo(version);
                assertThat(bench.proxy.uri()).hasScheme("https");
                assertThat(bench.proxy.connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void theWholeChainIsShown() throws Exception {
        try (Bench bench = bench();
                SSLSocket socket = socket(bench)) {
            socket.startHandshake();

            assertThat(socket.getSession().getPeerCertificates()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "spdy/3"})
    void whatIsAgreedOnIsHttp(String offered) throws Exception {
        try (Bench bench = bench();
                SSLSocket socket = Certificates.connect(
                        Certificates.trusting(), bench.proxy.uri().getPort(), NAME, offered)) {
            socket.startHandshake();

            assertThat(socket.getApplicationProtocol()).isEqualTo(offered.equals("http/1.1") ? offered : "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.example", "xn--nxasmq6b"})
    void aClientThatAsksForAnotherNameSeesThatItIsNotThere(String name) throws Exception {
        try (Bench bench = bench();
                SSLSocket socket = Certificates.connect(
                        Certificates.trusting(), bench.proxy.uri().getPort(), name)) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void weakCiphersAreRefused() throws Exception {
        try (Bench bench = bench();
                SSLSocket socket = socket(bench)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});

            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aSecondNegotiationEndsTheConnection() throws Exception {
        try (Bench bench = bench();
                SSLSocket socket = socket(bench)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            try (RawClient client = RawClient.over(socket)) {
                client.send(post("/api/inference")).readResponse();

                assertThatThrownBy(() -> {
                            socket.startHandshake();
                            client.send(post("/api/inference")).readResponse();
                        })
                        .isInstanceOf(IOException.class);
                soon().until(() -> bench.proxy.connections() == 0);
                assertThat(bench.upstream.requestCount()).isEqualTo(1);
            }
        }
    }

    @Test
    void aHandshakeThatDoesNotComeIsNotWaitedForLong() throws Exception {
        try (Bench bench = Bench.start(builder ->
                        builder.listen(server -> server.withTls(tls()).withHeadTimeout(Duration.ofMillis(300))));
                RawClient client = bench.connect()) {
            client.send(Bytes.ofLatin1("\u0016\u0003\u0001\u0002\u0000\u0001"));

            assertThat(client.isClosedByPeer(SOON)).isTrue();
        }
    }

    @Test
    void aHandshakeThatDripsIsNotWaitedForLongerThanOneThatDoesNotCome() throws Exception {
        try (Bench bench = Bench.start(builder ->
                        builder.listen(server -> server.withTls(tls()).withHeadTimeout(Duration.ofMillis(300))));
                RawClient client = bench.connect()) {
            client.send(Bytes.ofLatin1("\u0016\u0003\u0001\u0002\u0000\u0001"));
            Instant begun = Instant.now();

            await().pollDelay(Duration.ofMillis(50))
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(SOON)
                    .until(() -> isRefusedMore(client));
            assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(3));
        }
    }

    /** Sends one more byte. */
    private static boolean isRefusedMore(RawClient client) {
        try {
            client.send(Bytes.ofLatin1("\u0000"));
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    /** A hello of TLS 1.0 or 1.1, which Java itself would not send any more, and the alert that answers it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void oldVersionsAreRefusedWithAnAlert(int minor) throws Exception {
        try (Bench bench = bench();
                RawClient client = bench.connect()) {
            ByteArrayOutputStream hello = new ByteArrayOutputStream();
            hello.write(new byte[] {22, 3, 1, 0, 47, 1, 0, 0, 43, 3, (byte) minor});
            hello.write(new byte[32]); // chance
            hello.write(new byte[] {0, 0, 4, (byte) 0xC0, 0x09, (byte) 0xC0, 0x0A, 1, 0});
            Bytes answer = client.send(Bytes.of(hello.toByteArray())).readUntilClosed(SOON);

            assertThat(answer.toArray()).startsWith(21, 3).endsWith(2, 70); // an alert, fatal: protocol_version
        }
    }

    @Test
    void whoDoesNotSpeakTlsIsTurnedAway() throws Exception {
        try (Bench bench = bench();
                RawClient client = bench.connect()) {
            client.send(post("/api/inference"));

            assertThat(client.isClosedByPeer(SOON)).isTrue();
            assertThat(bench.upstream.requestCount()).isZero();
        }
    }

    @Test
    void largeContentPassesBothWays() throws Exception {
        try (Bench bench = bench();
                RawClient client = client(bench)) {
            Bytes large = Bytes.ofUtf8("0123456789abcdef".repeat(60_000));
            RawResponse answer = client.send(RawRequest.post("/raw")
                            .header("Content-Type", "text/plain")
                            .content(large)
                            .header("Content-Length", String.valueOf(large.length())))
                    .readResponse();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).isTrue();
            assertThat(bench.upstream.requests().get(0).body()).isEqualTo(large);
        }
    }

    @Test
    void aClientThatLeavesCancelsTheCall() throws Exception {
        for (boolean inOrder : List.of(true, false)) {
            try (Bench bench = bench();
                    SSLSocket socket = socket(bench);
                    RawClient client = RawClient.over(socket)) {
                bench.upstream.otherwise(Fault.SILENCE);
                client.send(post("/api/inference"));
                bench.upstream.awaitRequest(SOON);
                if (inOrder) {
                    socket.shutdownOutput(); // the closing word of TLS alone
                } else {
                    client.reset();
                }

                bench.upstream.awaitAborted(AT_ONCE);
                assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.CLIENT_GONE);
            }
        }
    }

    @Test
    void aRefusalBeforeTheContentCameCanBeRead() throws Exception {
        try (Bench bench = bench();
                RawClient client = client(bench)) {
            RawResponse answer = client.send(RawRequest.post("/api/inference")
                            .header("Content-Type", "text/plain")
                            .header("Content-Length", "300000")
                            .content(Bytes.ofUtf8("x".repeat(200_000))))
                    .readResponse();

            assertThat(answer.status()).isEqualTo(415);
            assertThat(client.isClosedByPeer(SOON)).isTrue();
        }
    }

    @Test
    void anAnswerThatEndsWithTheConnectionAndBreaksOffEndsWithoutTheClosingWord() throws Exception {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (Bench bench = bench();
                Socket plain = new Overheard(bench.proxy.uri().getPort(), received);
                SSLSocket socket = Certificates.over(plain, Certificates.trusting(), NAME)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"}); // whose records say what they are
            ScriptedStream stream = ScriptedStream.of(Answer.of(200).withFraming(BodyFraming.CHUNKED));
            bench.upstream.otherwise(stream);
            stream.send("half");
            RawClient client = RawClient.over(socket);
            client.send("POST /api/inference HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                    .readHead();
            stream.die();

            readToTheEnd(client);
            assertThat(bench.awaitReport().outcome()).isEqualTo(CallEnd.BROKEN_OFF);
            assertThat(lastRecord(received.toByteArray())).isEqualTo(APPLICATION_DATA);
        }
    }

    private static void readToTheEnd(RawClient client) {
        try {
            client.readRest();
        } catch (IOException reset) {
            // Java tells a reset or an end, as it comes first
        }
    }

    /** The kind of the last TLS record. */
    private static int lastRecord(byte[] received) {
        int kind = 0;
        for (int at = 0; at + 5 <= received.length; ) {
            kind = received[at];
            at += 5 + ((received[at + 3] & 0xFF) << 8 | received[at + 4] & 0xFF);
        }
        return kind;
    }

    /** A socket whose incoming bytes are written down. */
    private static final class Overheard extends Socket {
        private final ByteArrayOutputStream received;

        Overheard(int port, ByteArrayOutputStream received) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
            this.received = received;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] to, int from, int most) throws IOException {
                    int size = super.read(to, from, most);
                    if (size > 0) {
                        received.write(to, from, size);
                    }
                    return size;
                }
            };
        }
    }

    @Test
    void aShutdownEndsConnectionsThatSayNothing() throws Exception {
        try (Bench bench = bench();
                RawClient silent = bench.connect();
                RawClient idle = client(bench)) {
            idle.send(post("/api/inference")).readResponse();
            soon().until(() -> bench.proxy.connections() == 2);
            CompletableFuture<Void> stopped = bench.proxy.shutDown().toCompletableFuture();

            assertThat(idle.isClosedByPeer(SOON)).isTrue();
            assertThat(silent.isClosedByPeer(SOON)).isTrue();
            assertThat(stopped).succeedsWithin(SOON);
        }
    }

    @Test
    void filesThatDoNotFitAreRefusedAtTheStart() {
        TlsOptions tls = tls();
        Certificates.write(directory.resolve("server.key"), PemText.of(Certificates.AUTHORITY.key()));

        assertThatThrownBy(() -> Bench.start(builder -> builder.listen(server -> server.withTls(tls))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("server.tls.private-key: " + directory.resolve("server.key") + ": not the key");
    }
}
