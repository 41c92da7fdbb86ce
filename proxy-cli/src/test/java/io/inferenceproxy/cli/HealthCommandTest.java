package io.inferenceproxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthCommandTest {

    @TempDir
    Path directory;

    private CliFixture cli;
    private HttpServer server;
    private int status = 200;

    @BeforeEach
    void prepare() throws Exception {
        cli = new CliFixture(directory);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/readyz", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String port() {
        return Integer.toString(server.getAddress().getPort());
    }

    @Test
    void aReadyProxyIsHealthy() {
        assertThat(cli.run("health", "--url", "http://127.0.0.1:" + port()).code())
                .isZero();
    }

    @Test
    void theConfiguredListenerIsAskedWhereItListensOnAllAddressesToo() {
        assertThat(cli.run("health", "--set", "server.port=" + port(), "--set", "server.host=0.0.0.0")
                        .code())
                .isZero();
    }

    @Test
    void oneThatDrainsIsNot() {
        status = 503;

        CliFixture.Result result = cli.run("health", "--set", "server.port=" + port());

        assertThat(result.code()).isEqualTo(5);
        assertThat(result.err()).contains("status 503 (expected: 200)");
    }

    @Test
    void oneThatIsNotThereIsNot() {
        server.stop(0);

        assertThat(cli.run("health", "--set", "server.port=" + port()).code()).isEqualTo(5);
    }

    @Test
    void aUrlOfAnotherKindIsAMistakeInTheCommandLine() {
        assertThat(cli.run("health", "--url", "ftp://a").code()).isEqualTo(2);
    }
}
