package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Expect} (RFC 9110 section 10.1.1): answered by us, after all that needs no body. */
class ExpectTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    private static final String EXPECT = "Expect: 100-continue\r\nContent-Length: 3\r\n";

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {Wire.INFERENCE, Wire.FILES})
    void aClientThatWaitsIsToldToGoOn(String target) throws Exception {
        RawClient client = proxy.client().send(Wire.post(proxy, target, EXPECT, ""));
        assertThat(client.readInterim().status()).isEqualTo(100);

        RawResponse response = client.send("[1]").readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.interim()).isEmpty();
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).headers().contains("Expect"))
                .isFalse();
        assertThat(client.send(Wire.call(proxy, "[2]")).readResponse().status()).isEqualTo(200);
    }

    @Test
    void aClientThatIsRefusedIsNotToldToGoOn() throws Exception {
        RawClient client = proxy.client()
                .send("POST /api/inference HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + EXPECT
                        + "\r\n");

        RawResponse response = client.readResponse();

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.interim()).isEmpty();
        assertThat(response.header("Connection")).contains("close");
        assertThat(client.isClosedByPeer(Wire.SOON)).isTrue();
        Wire.assertNothingForwarded(proxy);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "100-continued",
                "foo",
                "100-continue, 100-continue",
                "y 100-continue",
                "100-continue\r\nExpect: 100-continue",
                "\"100-continue\""
            })
    void anotherExpectationFails(String value) throws Exception {
        Bytes request = Wire.post(proxy, Wire.INFERENCE, "Expect: " + value + "\r\nContent-Length: 3\r\n", "[1]");

        assertThat(Wire.refusedAndClosed(proxy, request, 417).text()).contains("expectation-failed");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"GET", "POST", "DELETE"})
    void anExpectationWithoutABodyChangesNothing(String method) throws Exception {
        RawRequest request = RawRequest.of(method, Wire.FILES).header("Expect", "100-continue");
        RawClient client = proxy.client().send(request).send(RawRequest.get("/files/next"));

        assertThat(client.readResponse().status()).isEqualTo(200);
        assertThat(client.readResponse().text()).contains("/files/next");
    }

    @Test
    void aBodyThatDoesNotWaitIsStillABody() throws Exception {
        RawClient client = proxy.client()
                .send(Wire.post(proxy, Wire.INFERENCE, EXPECT, "[1]"))
                .send(Wire.post(proxy, Wire.INFERENCE, EXPECT, "[2]"))
                .send(Wire.call(proxy, "[3]"));

        for (String body : new String[] {"[1]", "[2]", "[3]"}) {
            RawResponse response = client.readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).contains(Bytes.ofUtf8(body).base64());
        }
    }

    @Test
    void aClientOfHttp10IsNotToldToGoOn() throws Exception {
        RawClient client =
                proxy.client().send("POST /files/one HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n[1]");

        RawResponse response = client.readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.interim()).isEmpty();
    }
}
