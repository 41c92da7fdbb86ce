package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.pem.CertificateDraft;
import io.inferenceproxy.pem.CertifiedKey;
import io.inferenceproxy.pem.PemText;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What the commands do with {@code server.tls}. */
@Timeout(60)
class TlsCommandsTest {

    private static final String CONFIGURATION = """
            upstreams: { default: { urls: ["http://127.0.0.1:9"] } }
            server:
              drain-delay: 0s
              tls: { certificate: server.pem, private-key: server.key }
            """;

    @TempDir
    Path directory;

    private CliFixture cli;

    @BeforeEach
    void prepare() throws IOException {
        cli = new CliFixture(directory);
        Files.writeString(directory.resolve("inference-proxy.yaml"), CONFIGURATION);
        write(made());
    }

    private static CertifiedKey made() {
        Instant now = Instant.now();
        return new CertificateDraft(
                        "proxy.example", List.of("proxy.example"), false, now.minusSeconds(60), now.plusSeconds(3_600))
                .selfSigned();
    }

    private void write(CertifiedKey pair) throws IOException {
        Files.writeString(directory.resolve("server.pem"), PemText.of(pair.chain()));
        Files.writeString(directory.resolve("server.key"), PemText.of(pair.key()));
    }

    private URI serving(CliFixture.Serving serving) {
        await().until(() -> serving.out().contains("\n") || serving.isOver());
        return URI.create(JsonMapper.shared()
                .readTree(serving.out().lines().findFirst().orElseThrow())
                .get("uri")
                .stringValue());
    }

    @Test
    void theReadyLineAndTheCurlSayHttps() {
        CliFixture.Result token = cli.run("token", "--user", "alice", "--curl");
        assertThat(token.out()).contains(" https://127.0.0.1:8080/api/inference");

        CliFixture.Result result = cli.run("serve", "--once", "--port", "0", "--admin-port", "0");
        assertThat(result.code()).isZero();
        assertThat(result.out())
                .containsPattern("\"uri\":\"https://127\\.0\\.0\\.1:\\d+\"")
                .containsPattern("\"adminUri\":\"http://");
    }

    @Test
    void healthKnowsTheProxyByItsCertificateAlone() throws Exception {
        CliFixture.Serving serving = cli.serve("serve", "--port", "0", "--admin-port", "0");
        URI uri = serving(serving);
        String port = "server.port=" + uri.getPort();

        assertThat(cli.run("health", "--set", port).code()).isEqualTo(5); // nothing listens at the upstream
        assertThat(cli.run("health", "--set", port).err()).contains("status 503");
        write(made());
        assertThat(cli.run("health", "--set", port).err())
                .contains("no answer")
                .contains("not the configured certificate");
        cli.signal.complete(null);
        assertThat(serving.code()).isZero();
    }

    @Test
    void validateProvesTheFiles() throws Exception {
        assertThat(cli.run("validate").code()).isZero();

        Files.writeString(directory.resolve("server.key"), PemText.of(made().key()));
        CliFixture.Result other = cli.run("validate");
        assertThat(other.code()).isEqualTo(3);
        assertThat(other.err())
                .contains("inference-proxy.yaml:4:48: server.tls.private-key: " + directory.resolve("server.key")
                        + ": not the key of the certificate in " + directory.resolve("server.pem"));

        Files.delete(directory.resolve("server.key"));
        CliFixture.Result absent = cli.run("validate");
        assertThat(absent.code()).isEqualTo(4);
        assertThat(absent.err()).contains("server.tls.private-key: " + directory.resolve("server.key"), "no such file");
    }

    @Test
    void validateProvesTheFilesForUpstreamsToo() {
        CliFixture.Result result = cli.run("validate", "--set", "upstreams.default.tls.ca=absent.pem");

        assertThat(result.code()).isEqualTo(4);
        assertThat(result.err())
                .contains("upstreams.default.tls.ca: " + directory.resolve("absent.pem"), "no such file");
    }

    @Test
    void validateProvesTheFilesForIssuersToo() {
        CliFixture.Result result = cli.run(
                "validate",
                "--set",
                "auth.issuers.corporate.issuer=https://id.example",
                "--set",
                "auth.issuers.corporate.ca=absent.pem");

        assertThat(result.code()).isEqualTo(4);
        assertThat(result.err())
                .contains("auth.issuers.corporate.ca: " + directory.resolve("absent.pem"), "no such file");
    }

    @Test
    void serveTellsTheSame() throws Exception {
        Files.delete(directory.resolve("server.key"));
        CliFixture.Result absent = cli.run("serve", "--once", "--port", "0", "--admin-port", "0");
        assertThat(absent.code()).isEqualTo(4);
        assertThat(absent.err()).contains("error: server.tls.private-key: " + directory.resolve("server.key"));

        Files.writeString(directory.resolve("server.key"), "no key");
        CliFixture.Result broken = cli.run("serve", "--once", "--port", "0", "--admin-port", "0");
        assertThat(broken.code()).isEqualTo(3);
        assertThat(broken.err()).contains("error: server.tls.private-key: " + directory.resolve("server.key"));
    }

    @Test
    void oneFileAloneIsAMistake() {
        CliFixture.Result result = cli.run("validate", "--set", "server.tls.private-key=");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err())
                .contains("server.tls.private-key: not set (expected: the file with the key of certificate)");
    }

    @Test
    void aCertificateOfOnesOwnMakingIsKeptAndToldHowToTrust() throws Exception {
        Files.writeString(
                directory.resolve("inference-proxy.yaml"),
                "{ upstreams: { default: { urls: [\"http://127.0.0.1:9\"] } }, server: { drain-delay: 0s } }");
        cli.terminals = new Terminals(true, true, true);
        Path certificate = cli.state().resolve("tls-server.pem");
        String[] once = {"serve", "--once", "--port", "0", "--admin-port", "0", "--tls-self-signed"};
        CliFixture.Result first = cli.run(once);
        assertThat(first.code()).isZero();
        assertThat(first.err())
                .containsPattern("curl --cacert \\Q" + certificate + "\\E https://127\\.0\\.0\\.1:\\d+/readyz");
        assertThat(first.out()).contains("curl -i --cacert " + certificate + " -H");
        String made = Files.readString(certificate);
        cli.run(once);
        assertThat(Files.readString(certificate))
                .as("who trusted it goes on trusting it")
                .isEqualTo(made);

        cli.terminals = Terminals.NONE;
        CliFixture.Serving serving = cli.serve("serve", "--port", "0", "--admin-port", "0", "--tls-self-signed");
        URI uri = serving(serving);
        assertThat(cli.run("health", "--url", uri.toString()).err()).contains("no answer");
        assertThat(cli.run("health", "--url", uri.toString(), "--cacert", certificate.toString())
                        .err())
                .contains("status 503");
        cli.signal.complete(null);
        assertThat(serving.code()).isZero();
    }

    @Test
    void twoCertificatesAreOneTooMany() {
        CliFixture.Result result = cli.run("serve", "--once", "--port", "0", "--admin-port", "0", "--tls-self-signed");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--tls-self-signed: server.tls.certificate is set (expected: one of both)");
    }
}
