package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The listener for operators on this machine: pages of other origins and rebound names do not reach it. */
class AdminListenerTest {

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example:9901", "localhost.evil.example", "1.2.3.4.5"})
    void aNameThatIsNotOursIsRefused(String host) throws Exception {
        RawResponse answer = ask(RawRequest.get("/livez").header("Host", host));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains("\"code\":\"not-permitted\"").doesNotContain("evil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:9901"})
    void namesAndAddressesOfThisMachineAreGood(String host) throws Exception {
        assertThat(ask(RawRequest.get("/livez").header("Host", host)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example, 403",
        "null, 403",
        "http://localhost:1, 403",
        "http://localhost, 200",
        "file://, 403",
        "'http://localhost, http://evil.example', 403"
    })
    void aForeignOriginIsRefused(String origin, int status) throws Exception {
        assertThat(ask(RawRequest.get("/livez").header("Host", "localhost").header("Origin", origin))
                        .status())
                .isEqualTo(status);
    }

    @Test
    void whatChangesSomethingNeedsAFieldThatNoForeignPageSends() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = RawClient.connect(bench.admin())) {
            RawResponse refused =
                    client.send(RawRequest.post("/drain").body("")).readResponse();

            assertThat(refused.status()).isEqualTo(403);
            assertThat(client.send(RawRequest.get("/readyz")).readResponse().status())
                    .as("nothing drains")
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, /drain, 405", "POST, /livez, 405", "GET, /api/inference, 404", "GET, /docs, 404", "GET, /, 404"})
    void nothingElseIsServedThere(String method, String path, int status) throws Exception {
        assertThat(ask(RawRequest.of(method, path).header("X-Requested-With", "test"))
                        .status())
                .isEqualTo(status);
    }

    @Test
    void theListenerForCallersHasNoneOfIt() throws Exception {
        try (Bench bench = Bench.start();
                RawClient client = bench.connect()) {
            assertThat(client.send(RawRequest.get("/metrics")).readResponse().status())
                    .isEqualTo(404);
            assertThat(client.send(RawRequest.post("/drain")
                                    .header("X-Requested-With", "test")
                                    .body(""))
                            .readResponse()
                            .status())
                    .isEqualTo(404);
            assertThat(client.send(RawRequest.get("/readyz?verbose"))
                            .readResponse()
                            .text())
                    .isEqualTo("ok\n");
        }
    }

    private static RawResponse ask(RawRequest request) throws IOException {
        try (Bench bench = Bench.start();
                RawClient client = RawClient.connect(bench.admin())) {
            return client.send(request).readResponse();
        }
    }
}
