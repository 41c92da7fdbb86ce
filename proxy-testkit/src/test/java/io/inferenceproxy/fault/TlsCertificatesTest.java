package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SOON;
import static io.inferenceproxy.fault.Bench.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.pem.CertifiedKey;
import io.inferenceproxy.pem.PemText;
import io.inferenceproxy.server.CertificateOptions;
import io.inferenceproxy.server.TlsOptions;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificate a client gets: by the name it asks for, and as the files are now. */
class TlsCertificatesTest {

    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    private Path directory;

    private final CertifiedKey first = Certificates.server("localhost", "127.0.0.1");

    private TlsOptions tls() {
        return Certificates.options(directory, first).withReloadInterval(OFTEN);
    }

    private static Bench bench(TlsOptions tls) {
        return Bench.start(builder -> builder.listen(server -> server.withTls(tls)));
    }

    private static Certificate shown(Bench bench, String name) throws IOException {
        try (SSLSocket socket =
                Certificates.connect(Certificates.trusting(), bench.proxy.uri().getPort(), name)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private CertificateOptions more(String name, CertifiedKey pair) {
        Path certificate = Certificates.write(directory.resolve(name + ".pem"), PemText.of(pair.chain()));
        Path key = Certificates.write(directory.resolve(name + ".key"), PemText.of(pair.key()));
        return CertificateOptions.of(certificate, key);
    }

    @Test
    void aChangeHoldsForNewConnectionsAndDropsNone() throws Exception {
        try (Bench bench = bench(tls());
                SSLSocket socket = Certificates.connect(
                        Certificates.trusting(), bench.proxy.uri().getPort(), "localhost");
                RawClient client = RawClient.over(socket)) {
            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(200);
            CertifiedKey next = Certificates.server("localhost");
            Certificates.write(directory, next);

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(shown(bench, "localhost")).isEqualTo(next.certificate()));
            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(200);
            assertThat(socket.getSession().getPeerCertificates()[0]).isEqualTo(first.certificate());
        }
    }

    @Test
    void aBrokenChangeChangesNothing() throws Exception {
        try (Bench bench = bench(tls())) {
            Files.writeString(directory.resolve("server.pem"), "not a certificate");
            CertifiedKey next = Certificates.server("localhost");
            Path aside = directory.resolve("aside.key");
            Files.writeString(aside, PemText.of(next.key()));
            Files.delete(directory.resolve("server.key"));
            for (int i = 0; i < 5; i++) {
                assertThat(shown(bench, "localhost")).isEqualTo(first.certificate());
            }
            Files.move(aside, directory.resolve("server.key"));
            Files.writeString(directory.resolve("server.pem"), PemText.of(next.chain()));

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(shown(bench, "localhost")).isEqualTo(next.certificate()));
        }
    }

    @Test
    void theNameThatAClientAsksForDecides() throws Exception {
        CertifiedKey other = Certificates.server("other.example", "www.other.example");
        CertifiedKey wild = Certificates.server("*.wild.example");
        TlsOptions tls = tls().withCertificates(Map.of("other", more("other", other), "wild", more("wild", wild)));
        try (Bench bench = bench(tls)) {
            assertThat(shown(bench, "localhost")).isEqualTo(first.certificate());
            assertThat(shown(bench, "www.other.example")).isEqualTo(other.certificate());
            assertThat(shown(bench, "OTHER.example")).isEqualTo(other.certificate());
            assertThat(shown(bench, "a.wild.example")).isEqualTo(wild.certificate());
            assertThat(shown(bench, "a.b.wild.example")).isEqualTo(first.certificate());
            assertThat(shown(bench, "unknown.example")).isEqualTo(first.certificate());
        }
    }

    @Test
    void browsersAreToldToComeBackByTls() throws Exception {
        try (Bench bench = bench(tls().withHsts(Duration.ofDays(365)));
                RawClient client = RawClient.over(Certificates.connect(
                        Certificates.trusting(), bench.proxy.uri().getPort(), "localhost"))) {
            for (String path : new String[] {"/api/inference", "/nowhere"}) {
                assertThat(client.send(post(path)).readResponse().header("Strict-Transport-Security"))
                        .contains("max-age=31536000");
            }
        }
    }

    @Test
    void whoComesWithoutTlsIsLedToIt() throws Exception {
        try (Bench bench = bench(tls().withRedirectPort(0))) {
            URI plain = bench.proxy.redirectUri().orElseThrow();
            try (RawClient client = RawClient.connect(plain)) {
                RawResponse answer = client.send(
                                RawRequest.post("/api/inference?a=b").json("{}"))
                        .readResponse();

                assertThat(answer.status()).isEqualTo(308);
                assertThat(answer.header("Location"))
                        .contains("https://localhost:" + bench.proxy.uri().getPort() + "/api/inference?a=b");
                assertThat(bench.upstream.requestCount()).isZero();
            }
        }
    }
}
