package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.auth.CertificateName;
import io.inferenceproxy.pem.CertifiedKey;
import io.inferenceproxy.pem.PemText;
import io.inferenceproxy.server.TlsOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ReceivedRequest;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers who are known by the certificate of their connection. */
class TlsIdentityTest {

    @TempDir
    private Path directory;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final CertifiedKey alice = Certificates.server("alice");
    private final CertifiedKey bob = Certificates.server("bob");

    @BeforeEach
    void answer() {
        upstream.otherwise(Answer.json("{}"));
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    private ProxyServer start(CertificateName name) {
        TlsOptions tls = Certificates.options(directory, Certificates.server("localhost"))
                .withClientCa(Certificates.write(
                        directory.resolve("clients.pem"), PemText.of(List.of(Certificates.AUTHORITY.certificate()))));
        return ProxyServer.inFrontOf(upstream.uri().toString())
                .listen(server -> server.withPort(0).withTls(tls).withDrainDelay(Duration.ZERO))
                .auth(auth -> auth.withSecret(Secret.of("a secret of thirty-two bytes or more, for tests"))
                        .withClientCertificates(auth.clientCertificates()
                                .withName(name)
                                .withRoles(Map.of("alice", List.of("researcher")))))
                .limits("2 per hour")
                .start();
    }

    private static RawResponse send(ProxyServer proxy, RawRequest request, CertifiedKey own) throws IOException {
        try (RawClient client = RawClient.over(
                Certificates.connect(Certificates.trusting(own), proxy.uri().getPort(), "localhost"))) {
            return client.send(request).readResponse();
        }
    }

    @Test
    void theNameInTheCertificateIsTheCallersAndSoAreRolesAndLimits() throws IOException {
        try (ProxyServer proxy = start(CertificateName.DNS)) {
            assertThat(send(proxy, post("/api/inference"), alice).status()).isEqualTo(200);
            ReceivedRequest received = upstream.awaitRequest(Bench.SOON);
            assertThat(received.header("X-Forwarded-User")).contains("alice");
            assertThat(received.header("X-Forwarded-Issuer")).contains("CN=Test%20authority");
            assertThat(send(proxy, RawRequest.get("/api/me"), alice).text()).contains("\"researcher\"");

            send(proxy, post("/api/inference"), alice);
            assertThat(send(proxy, post("/api/inference"), alice).status()).isEqualTo(429);
            assertThat(send(proxy, post("/api/inference"), bob).status()).isEqualTo(200);
        }
    }

    @Test
    void whoSendsATokenTooIsKnownByIt() throws IOException {
        try (ProxyServer proxy = start(CertificateName.DNS)) {
            RawRequest request = post("/api/inference").header("Authorization", "Bearer wrong");

            assertThat(send(proxy, request, alice).status()).isEqualTo(401);
        }
    }

    @Test
    void aCertificateWithoutANameOfThatKindIsRefused() throws IOException {
        try (ProxyServer proxy = start(CertificateName.EMAIL)) {
            assertThat(send(proxy, post("/api/inference"), alice).status()).isEqualTo(401);
        }
    }

    @Test
    void certificatesAreNoIdentityUnlessToldSo() throws IOException {
        try (ProxyServer proxy = start(CertificateName.NONE)) {
            assertThat(send(proxy, post("/api/inference"), alice).status()).isEqualTo(401);
        }
    }
}
