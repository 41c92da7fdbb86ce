package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.pem.CertificateDraft;
import io.inferenceproxy.pem.CertifiedKey;
import io.inferenceproxy.pem.PemText;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.upstream.UpstreamTlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code https} upstreams with an authority of one's own, with a name of their own, and such that ask who we are. */
class TlsUpstreamOptionsTest {

    private static final String NAME = "model.example";

    @TempDir
    private Path directory;

    private UpstreamTlsOptions trusting() {
        return UpstreamTlsOptions.DEFAULT.withCa(Certificates.write(
                directory.resolve("ca.pem"), PemText.of(List.of(Certificates.AUTHORITY.certificate()))));
    }

    private UpstreamTlsOptions as(CertifiedKey own) {
        return trusting()
                .withCertificate(
                        Certificates.write(directory.resolve("own.pem"), PemText.of(own.chain())),
                        Certificates.write(directory.resolve("own.key"), PemText.of(own.key())));
    }

    private static ScriptedUpstream secure(boolean asksWho) throws IOException {
        return secure(asksWho, Certificates.server(NAME));
    }

    private static ScriptedUpstream secure(boolean asksWho, CertifiedKey own) throws IOException {
        SSLServerSocket socket = (SSLServerSocket) Certificates.trusting(own)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(asksWho);
        return ScriptedUpstream.start(socket);
    }

    private static Bench bench(String host, ScriptedUpstream secure, UpstreamTlsOptions tls) {
        return Bench.start(builder -> builder.upstream(
                upstream -> upstream.withUrls(List.of(URI.create("https://" + host + ":" + secure.port())))
                        .withTls(tls)));
    }

    private static int status(Bench bench) throws IOException {
        try (RawClient client = bench.connect()) {
            RawResponse answer = client.send(post("/api/inference")).readResponse();
            return answer.status();
        }
    }

    @Test
    void anAuthorityOfOnesOwnIsBelieved() throws Exception {
        try (ScriptedUpstream secure = secure(false);
                Bench bench = bench(NAME, secure, trusting());
                RawClient client = bench.connect()) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.send(post("/api/inference")).readResponse().status())
                        .isEqualTo(200);
            }
            assertThat(secure.openedConnections()).isEqualTo(1);
        }
    }

    @Test
    void aCertificateThatIsOverOrNotYetIsRefused() throws Exception {
        Instant now = Instant.now();
        for (Duration off : List.of(Duration.ofDays(-2), Duration.ofDays(2))) {
            Instant from = now.plus(off);
            CertifiedKey other = new CertificateDraft(NAME, List.of(NAME), false, from, from.plusSeconds(86_400))
                    .signedBy(Certificates.AUTHORITY);
            try (ScriptedUpstream secure = secure(false, other);
                    Bench bench = bench(NAME, secure, trusting());
                    RawClient client = bench.connect()) {
                RawResponse answer = client.send(post("/api/inference")).readResponse();

                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.header("Proxy-Status")).contains("inference-proxy; error=tls_certificate_error");
                assertThat(secure.requestCount()).isZero();
            }
        }
    }

    @Test
    void theNameIsStillVerified() throws Exception {
        try (ScriptedUpstream secure = secure(false);
                Bench bench = bench("localhost", secure, trusting())) {
            assertThat(status(bench)).isEqualTo(502);
            assertThat(secure.requestCount()).isZero();
        }
    }

    @Test
    void anotherNameThanThatOfTheAddressCanBeAskedFor() throws Exception {
        try (ScriptedUpstream secure = secure(false);
                Bench bench = bench("localhost", secure, trusting().withServerName(NAME))) {
            assertThat(status(bench)).isEqualTo(200);
        }
    }

    @Test
    void aServiceThatAsksWhoWeAreIsTold() throws Exception {
        try (ScriptedUpstream secure = secure(true);
                Bench bench = bench(NAME, secure, as(Certificates.server("proxy.example")))) {
            assertThat(status(bench)).isEqualTo(200);
        }
    }

    @Test
    void aServiceThatAsksWhoWeAreRefusesStrangers() throws Exception {
        try (ScriptedUpstream secure = secure(true);
                Bench bench = bench(NAME, secure, trusting())) {
            assertThat(status(bench)).isEqualTo(502);
            assertThat(secure.requestCount()).isZero();
        }
    }

    @Test
    void filesThatCannotBeUsedStopTheStart() throws Exception {
        try (ScriptedUpstream secure = secure(false)) {
            Path wrong = Certificates.write(directory.resolve("wrong.pem"), "nothing");
            assertThatThrownBy(() -> bench(NAME, secure, UpstreamTlsOptions.DEFAULT.withCa(wrong)))
                    .hasMessage("upstreams.default.tls.ca: " + wrong
                            + ": no certificate in it (expected: PEM with BEGIN CERTIFICATE)");
        }
    }
}
