package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SHORT;
import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static io.inferenceproxy.fault.Bench.soon;
import static io.inferenceproxy.pem.DerWriter.identifier;
import static io.inferenceproxy.pem.DerWriter.integer;
import static io.inferenceproxy.pem.DerWriter.sequence;
import static io.inferenceproxy.pem.DerWriter.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.pem.CertificateDraft;
import io.inferenceproxy.pem.CertifiedKey;
import io.inferenceproxy.pem.PemText;
import io.inferenceproxy.server.TlsOptions;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.ScriptedStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A listener for clients with certificates alone. */
class TlsClientsTest {

    @TempDir
    private Path directory;

    private final CertifiedKey alice = Certificates.server("alice");
    private final CertifiedKey bob = Certificates.server("bob");

    private TlsOptions tls() {
        return Certificates.options(directory, Certificates.server("localhost"))
                .withReloadInterval(Duration.ofMillis(20))
                .withClientCa(Certificates.write(
                        directory.resolve("clients.pem"), PemText.of(List.of(Certificates.AUTHORITY.certificate()))));
    }

    /** A list of the authority that says that these hold no more. */
    private Path revoked(CertifiedKey... revoked) {
        Instant now = Instant.now();
        byte[][] entries = Arrays.stream(revoked)
                .map(pair -> sequence(integer(pair.certificate().getSerialNumber()), time(now)))
                .toArray(byte[][]::new);
        byte[] body = sequence(
                integer(BigInteger.ONE),
                sequence(identifier("1.2.840.10045.4.3.2")),
                Certificates.AUTHORITY.certificate().getSubjectX500Principal().getEncoded(),
                time(now.minusSeconds(60)),
                time(now.plusSeconds(3_600)),
                entries.length == 0 ? new byte[0] : sequence(entries));
        return Certificates.write(
                directory.resolve("revoked.pem"),
                PemText.of("X509 CRL", CertificateDraft.signed(body, Certificates.AUTHORITY.key())));
    }

    private static Bench bench(TlsOptions tls) {
        return Bench.start(builder -> builder.listen(server -> server.withTls(tls)));
    }

    private static int status(Bench bench, CertifiedKey... own) throws IOException {
        try (RawClient client = RawClient.over(Certificates.connect(
                Certificates.trusting(own), bench.proxy.uri().getPort(), "localhost"))) {
            return client.send(post("/api/inference")).readResponse().status();
        }
    }

    @Test
    void whoHasACertificateOfTheAuthorityIsServed() throws Exception {
        try (Bench bench = bench(tls())) {
            assertThat(status(bench, alice)).isEqualTo(200);
        }
    }

    @Test
    void whoHasNoneOrOneOfAnotherIsNot() throws Exception {
        CertifiedKey stranger = Certificates.draft("alice", false, "alice").selfSigned();
        try (Bench bench = bench(tls())) {
            assertThatThrownBy(() -> status(bench)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> status(bench, stranger)).isInstanceOf(IOException.class);
            assertThat(bench.upstream.requestCount()).isZero();
        }
    }

    @Test
    void whoIsOnARevocationListIsNotServedAnyMore() throws Exception {
        try (Bench bench = bench(tls().withClientCrl(revoked(bob)))) {
            assertThat(status(bench, alice)).isEqualTo(200);
            assertThatThrownBy(() -> status(bench, bob)).isInstanceOf(IOException.class);
            revoked(alice, bob);

            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThatThrownBy(() -> status(bench, alice)).isInstanceOf(IOException.class));
        }
    }

    private static SSLSocket connect(Bench bench, CertifiedKey own, String... protocols) throws IOException {
        return Certificates.connect(
                Certificates.trusting(own), bench.proxy.uri().getPort(), "localhost", protocols);
    }

    @Test
    void aConnectionEndsWhenItsCertificateIsRevokedAndOthersStay() throws Exception {
        try (Bench bench = bench(tls().withClientCrl(revoked()));
                RawClient his = RawClient.over(connect(bench, bob));
                RawClient hers = RawClient.over(connect(bench, alice));
                RawClient begun = RawClient.over(connect(bench, alice))) {
            his.send(post("/api/inference")).readResponse();
            hers.send(post("/api/inference")).readResponse();
            begun.send("POST /api/inf");
            revoked(alice);

            assertThat(hers.isClosedByPeer(SOON)).isTrue();
            assertThat(begun.isClosedByPeer(SOON)).isTrue();
            assertThat(his.send(post("/api/inference")).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerThatIsUnderWayIsTheLastOfARevokedCertificate() throws Exception {
        try (Bench bench = bench(tls().withClientCrl(revoked()));
                RawClient streaming = RawClient.over(connect(bench, alice));
                RawClient idle = RawClient.over(connect(bench, alice))) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.on("/api/inference/stream", stream);
            idle.send(post("/api/inference")).readResponse();
            streaming.send(post("/api/inference/stream")).readHead();
            revoked(alice);
            assertThat(idle.isClosedByPeer(SOON)).isTrue();

            stream.send("data: still here\n\n");
            assertThat(streaming.readEvent().orElseThrow().data()).isEqualTo("still here");
            stream.end();

            assertThat(streaming.readRest().complete()).isTrue();
            assertThat(streaming.isClosedByPeer(SOON)).isTrue();
        }
    }

    @Test
    void anAnswerWithoutEndIsInterruptedAfterTheDrainTimeout() throws Exception {
        TlsOptions tls = tls().withClientCrl(revoked());
        try (Bench bench = Bench.start(
                        builder -> builder.listen(server -> server.withTls(tls).withDrainTimeout(SHORT)));
                RawClient streaming = RawClient.over(connect(bench, alice));
                RawClient uploading = RawClient.over(connect(bench, alice));
                Http2Client both = Http2Client.over(connect(bench, alice, "h2"))) {
            bench.upstream
                    .on("/api/inference/stream", ScriptedStream.sse())
                    .on("/api/inference/streams", ScriptedStream.sse());
            streaming.send(post("/api/inference/stream")).readHead();
            uploading.send("POST /raw/x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
            int stream = both.post("/api/inference/streams", false);
            both.data(stream, "{}", true);
            both.awaitHead(stream);
            soon().until(() -> bench.active() == 3);
            revoked(alice);

            assertThat(streaming.readRest().text()).contains("event: error");
            assertThat(streaming.isClosedByPeer(SOON)).isTrue();
            assertThat(uploading.isClosedByPeer(SOON)).isTrue();
            assertThat(both.awaitGoAway()).isZero();
            assertThat(both.isClosed()).isTrue();
        }
    }

    @Test
    void aRevocationCountsThoughThePairOfTheServerIsHalfRenewed() throws Exception {
        try (Bench bench = bench(tls().withClientCrl(revoked()));
                RawClient hers = RawClient.over(connect(bench, alice))) {
            hers.send(post("/api/inference")).readResponse();
            CertifiedKey next = Certificates.server("localhost");
            Certificates.write(directory.resolve("server.key"), PemText.of(next.key()));
            revoked(alice);

            assertThat(hers.isClosedByPeer(SOON)).isTrue();
            assertThatThrownBy(() -> status(bench, alice)).isInstanceOf(IOException.class);
            assertThat(status(bench, bob)).isEqualTo(200);
        }
    }

    @Test
    void streamsOfARevokedCertificateEndAndNoneBegins() throws Exception {
        try (Bench bench = bench(tls().withClientCrl(revoked()));
                Http2Client client = Http2Client.over(connect(bench, alice, "h2"))) {
            ScriptedStream late = ScriptedStream.sse();
            bench.upstream.on("/api/inference/late", late);
            int stream = client.post("/api/inference/late", false);
            client.data(stream, "{}", true);
            client.awaitHead(stream);
            revoked(alice);

            assertThat(client.awaitGoAway()).isZero();
            assertThat(client.lastStream()).isEqualTo(stream);
            client.post("/api/inference", false);
            late.send("data: late\n\n");
            late.end();

            assertThat(client.await(stream).text()).isEqualTo("data: late\n\n");
            assertThat(client.isClosed()).isTrue();
            assertThat(bench.upstream.requestCount()).isEqualTo(1);
        }
    }
}
