package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.auth.IssuerOptions;
import io.inferenceproxy.auth.TokenAlgorithm;
import io.inferenceproxy.pem.PemText;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.SmallIssuer;
import io.inferenceproxy.units.Secret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An external issuer with a certificate of an authority that Java does not know. */
class IssuerTlsTest {

    @TempDir
    private Path directory;

    private final SmallIssuer issuer = SmallIssuer.start(Clock.systemUTC());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        issuer.close();
    }

    @Test
    void isBelievedByTheAuthorityOfItsOptionsAndItsFetchesAreCounted() throws Exception {
        assertThat(statusBehind("localhost", options -> options.withCa(authority())))
                .isEqualTo(200);
        assertThat(fetches("success")).isEqualTo(1);
        assertThat(fetches("failure")).isZero();
        assertThat(meters.get("inference.proxy.issuer.keys.age.seconds")
                        .tag("issuer", "corporate")
                        .gauge()
                        .value())
                .isBetween(0.0, 60.0);
    }

    @Test
    void isNotBelievedWithout() throws Exception {
        assertThat(statusBehind("localhost", options -> options)).isEqualTo(503);
        assertThat(fetches("failure")).isPositive();
    }

    @Test
    void isNotBelievedUnderAnotherName() throws Exception {
        assertThat(statusBehind("other.example", options -> options.withCa(authority())))
                .isEqualTo(503);
    }

    @Test
    void aFileThatHoldsNoAuthorityStopsTheStart() {
        Path wrong = Certificates.write(directory.resolve("wrong.pem"), "nothing");

        assertThatThrownBy(() -> proxy(issuer.jwksUrl(), options -> options.withCa(wrong)))
                .hasMessage("auth.issuers.corporate.ca: " + wrong
                        + ": no certificate in it (expected: PEM with BEGIN CERTIFICATE)");
    }

    private Path authority() {
        return Certificates.write(
                directory.resolve("ca.pem"), PemText.of(List.of(Certificates.AUTHORITY.certificate())));
    }

    private double fetches(String outcome) {
        return meters.get("inference.proxy.issuer.fetches")
                .tags("issuer", "corporate", "outcome", outcome)
                .functionCounter()
                .count();
    }

    /** What a token of the issuer gets when its keys are behind a certificate for that name. */
    private int statusBehind(String name, UnaryOperator<IssuerOptions> change) throws IOException {
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(Certificates.trusting(Certificates.server(name))));
        secure.createContext("/keys", exchange -> {
            try (exchange;
                    InputStream keys = issuer.jwksUrl().toURL().openStream()) {
                byte[] content = keys.readAllBytes();
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
            }
        });
        secure.start();
        URI keys = URI.create("https://localhost:" + secure.getAddress().getPort() + "/keys");
        try (ProxyServer proxy = proxy(keys, change);
                RawClient client = RawClient.connect(proxy.uri())) {
            return client.send(RawRequest.get("/api/me").header("Authorization", "Bearer " + issuer.token("alice")))
                    .readResponse()
                    .status();
        } finally {
            secure.stop(0);
        }
    }

    private ProxyServer proxy(URI keys, UnaryOperator<IssuerOptions> change) {
        IssuerOptions options =
                IssuerOptions.of(issuer.issuer()).withJwksUrl(keys).withAlgorithms(List.of(TokenAlgorithm.ES256));
        return ProxyServer.builder(ProxyOptions.DEFAULT)
                .upstream(upstream -> upstream.withUrls(List.of(URI.create("http://127.0.0.1:1"))))
                .admin(admin -> admin.withEnabled(false))
                .listen(server -> server.withPort(0))
                .meterRegistry(meters)
                .auth(auth -> auth.withSecret(Secret.of("a secret of thirty-two bytes or more, for tests"))
                        .withIssuer("corporate", change.apply(options)))
                .start();
    }
}
