package io.inferenceproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictReadingTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();

    @AfterEach
    void close() {
        upstream.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1\\nHost: a\\r\\n\\r\\n | LF without CR",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\n\\r\\n | LF without CR",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\r2\\r\\n\\r\\n | CR without LF",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\02\\r\\n\\r\\n | control character 0",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\r\\n 2\\r\\n\\r\\n | field line",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX : 1\\r\\n\\r\\n | field line",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n: 1\\r\\n\\r\\n | field line",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nnonsense\\r\\n\\r\\n | field line",
                "GET / HTTP/1.1\\r\\n\\r\\n | Host: []",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: a\\r\\n\\r\\n | Host: [a, a]",
                "GET  / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | request line",
                "GET / HTTP/2.0\\r\\nHost: a\\r\\n\\r\\n | request line",
                "G@T / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | request line",
                "GET x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | target",
                "GET /#f HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | target",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nContent-Length: 1\\r\\n\\r\\n | Content-Length",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: +1\\r\\n\\r\\n | Content-Length",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1, 1\\r\\n\\r\\n | Content-Length",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1234567890123456789\\r\\n\\r\\n | Content-Length",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n | beside",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n | Transfer-Encoding",
            })
    void refusesABadHead(String request, String violation) throws Exception {
        try (RawClient client = RawClient.connect(upstream.port())) {
            RawResponse response = client.send(unescaped(request)).readResponse();

            assertThat(response.status()).isEqualTo(400);
            assertThat(client.isClosedByPeer(SOON)).isTrue();
        }
        assertThat(upstream.violations())
                .singleElement()
                .satisfies(found -> assertThat(found.what()).contains(violation))
                .satisfies(found -> assertThat(unescaped(request))
                        .startsWith(found.received().latin1()));
        assertThat(upstream.requests()).isEmpty();
        assertThat(upstream.incompleteRequests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xyz\\r\\n",
                "-1\\r\\n",
                " 2\\r\\nok\\r\\n",
                "0x2\\r\\nok\\r\\n",
                "2\\nok\\r\\n",
                "2\\r\\nok!\\r\\n",
                "fffffffff\\r\\n",
                "0\\r\\nbad trailer\\r\\n\\r\\n",
            })
    void refusesABadChunk(String body) throws Exception {
        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + unescaped(body));

            assertThat(client.readResponse().status()).isEqualTo(400);
        }
        assertThat(upstream.violations()).hasSize(1);
    }

    @Test
    void refusesWhatComesAfterABody() throws Exception {
        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(RawRequest.post("/").body("ok").bytes().plus(Bytes.ofUtf8("0\r\n\r\n")));

            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.readResponse().status()).isEqualTo(400);
        }
        assertThat(upstream.violations()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a%20b?c=d|e HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "GET http://a/b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "OPTIONS * HTTP/1.1\\r\\nHost:\\r\\n\\r\\n",
                "GET / HTTP/1.0\\r\\n\\r\\n",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: Chunked\\r\\n\\r\\n2;x=y\\r\\nok\\r\\n0\\r\\nT: 1\\r\\n\\r\\n",
            })
    void takesWhatIsAllowed(String request) throws Exception {
        try (RawClient client = RawClient.connect(upstream.port())) {
            client.send(unescaped(request));

            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(upstream.violations()).isEmpty();
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
    }
}
