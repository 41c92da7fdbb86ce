package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.StandardConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code https} upstreams: verified against the trust store of the JDK, by the name that the configuration says, with SNI. */
class TlsUpstreamTest {

    private static final String NAME = "model.example";
    private static final String PASSWORD = "not-a-secret";
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";

    @TempDir
    private static Path directory;

    private final Queue<String> namesAskedFor = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void makeCertificate() throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "model",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + NAME,
                        "-ext",
                        "san=dns:" + NAME,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        keys().toString())
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.exists(keys())).isTrue();
    }

    @AfterEach
    void trustWhomTheJdkTrusts() {
        System.clearProperty(TRUST_STORE);
        System.clearProperty(TRUST_STORE + "Password");
    }

    @Test
    void aTrustedServerOfTheRightNameIsUsedAndToldItsName() throws Exception {
        trustOurs();
        try (ScriptedUpstream secure = secure();
                Bench bench = bench(NAME, secure);
                RawClient client = bench.connect()) {
            for (int i = 0; i < 3; i++) {
                RawResponse answer = client.send(post("/api/inference")).readResponse();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).contains("[\"Host\",\"" + NAME + ":" + secure.port() + "\"]");
            }

            assertThat(secure.openedConnections()).isEqualTo(1);
            assertThat(namesAskedFor).containsExactly(NAME);
        }
    }

    @Test
    void aServerOfAnotherNameIsRefused() throws Exception {
        trustOurs();
        assertRefused("localhost");
    }

    @Test
    void aServerWhomNobodyTrustsIsRefused() throws Exception {
        assertRefused(NAME);
    }

    @Test
    void aServerThatDoesNotSpeakTlsIsRefused() throws Exception {
        try (ScriptedUpstream plain = ScriptedUpstream.start();
                Bench bench = bench(NAME, plain);
                RawClient client = bench.connect()) {
            assertThat(client.send(post("/api/inference")).readResponse().status())
                    .isEqualTo(502);
            assertThat(plain.requestCount()).isZero();
        }
    }

    private void assertRefused(String name) throws Exception {
        try (ScriptedUpstream secure = secure();
                Bench bench = bench(name, secure);
                RawClient client = bench.connect()) {
            RawResponse answer = client.send(post("/api/inference")).readResponse();

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text())
                    .contains("\"code\":\"upstream-unreachable\"")
                    .doesNotContain("certif", "PKIX");
            assertThat(answer.header("Proxy-Status")).contains("inference-proxy; error=tls_certificate_error");
            assertThat(secure.requestCount()).isZero();
        }
    }

    private static Bench bench(String name, ScriptedUpstream secure) {
        return Bench.start(builder -> builder.upstream(
                upstream -> upstream.withUrls(List.of(URI.create("https://" + name + ":" + secure.port())))));
    }

    private static void trustOurs() {
        System.setProperty(TRUST_STORE, keys().toString());
        System.setProperty(TRUST_STORE + "Password", PASSWORD);
    }

    private ScriptedUpstream secure() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys())) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        SSLServerSocket socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setSNIMatchers(List.of(new Listening()));
        socket.setSSLParameters(parameters);
        return ScriptedUpstream.start(socket);
    }

    private static Path keys() {
        return directory.resolve("keys.p12");
    }

    /** Takes any name and remembers it. */
    private final class Listening extends SNIMatcher {

        Listening() {
            super(StandardConstants.SNI_HOST_NAME);
        }

        @Override
        public boolean matches(SNIServerName name) {
            return namesAskedFor.add(new String(name.getEncoded(), StandardCharsets.US_ASCII));
        }
    }
}
