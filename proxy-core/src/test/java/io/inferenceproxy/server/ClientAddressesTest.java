package io.inferenceproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ClientAddress;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.RequestTarget;
import io.inferenceproxy.units.Cidr;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressesTest {

    private static final String PROXY = "10.0.0.1";

    private final ClientAddresses addresses = new ClientAddresses(List.of(Cidr.parse("10.0.0.0/8")));

    @Test
    void aStrangerIsNotBelieved() {
        ClientAddress client = seen("192.0.2.7", "X-Forwarded-For", "198.51.100.1");

        assertThat(client.address().getHostAddress()).isEqualTo("192.0.2.7");
        assertThat(client.behindTrustedProxy()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.1                    | 198.51.100.1",
                "198.51.100.1:4711               | 198.51.100.1",
                "203.0.113.9, 198.51.100.1       | 198.51.100.1",
                "198.51.100.1, 10.9.9.9          | 198.51.100.1",
                "10.8.8.8, 10.9.9.9              | 10.8.8.8",
                "2001:db8::1                     | 2001:db8:0:0:0:0:0:1",
                "[2001:db8::1]:4711              | 2001:db8:0:0:0:0:0:1",
                "::ffff:198.51.100.1             | 198.51.100.1",
                "0.0.0.0                         | 0.0.0.0",
                "255.255.255.255                 | 255.255.255.255",
                "198.51.100.1 ,10.9.9.9          | 198.51.100.1",
                "unknown, 10.9.9.9               | 10.9.9.9"
            })
    void theFirstFromTheRightThatIsNotTrustedIsTheClient(String hops, String client) {
        assertThat(seen(PROXY, "X-Forwarded-For", hops).address().getHostAddress())
                .isEqualTo(client);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "_hidden",
                "localhost",
                "999.999.999.999",
                "256.1.1.1",
                "1.2.3",
                "1.2.3.4.",
                "1.2.3.4.5",
                ".1.2.3.4",
                "1..2.3",
                "1.2.3.-4",
                "1.2.3.4x",
                "[]",
                "[:]",
                ":80",
                "fe80::1%eth0",
                "\uff11::2",
                "01.2.3.4",
                ".::1",
                "1:2:3",
                "[::1",
                "a.b:c:d"
            })
    void whatIsNoLiteralAddressIsNeitherBelievedNorLookedUp(String hop) {
        assertThat(seen(PROXY, "X-Forwarded-For", hop).address().getHostAddress())
                .isEqualTo(PROXY);
    }

    @Test
    void forwardedSaysTheSameInItsOwnForm() {
        ClientAddress client =
                seen(PROXY, "Forwarded", "for=203.0.113.9;proto=https, proto=http;For=\"[2001:db8::2]:80\"");

        assertThat(client.address().getHostAddress()).isEqualTo("2001:db8:0:0:0:0:0:2");
        assertThat(client.behindTrustedProxy()).isTrue();
    }

    @Test
    void whatForwardedSaysOfAnythingButTheClientIsPassedOver() {
        ClientAddress client = seen(
                PROXY,
                "Forwarded",
                "for=198.51.100.1",
                "Forwarded",
                "proto=https;by=10.0.0.1, host=a;for=10.1.1.1;by=b");

        assertThat(client.address().getHostAddress()).isEqualTo("198.51.100.1");
    }

    @Test
    void ofVeryManyHopsTheLastAreLookedAt() {
        ClientAddress client = seen(PROXY, "X-Forwarded-For", "198.51.100.1" + ", 10.1.1.1".repeat(40));

        assertThat(client.address().getHostAddress()).isEqualTo("10.1.1.1");
    }

    @Test
    void bothFieldsAreBelievedWhereTheyNameTheSameClient() {
        ClientAddress client =
                seen(PROXY, "Forwarded", "for=198.51.100.1", "X-Forwarded-For", "203.0.113.9, 198.51.100.1");

        assertThat(client.address().getHostAddress()).isEqualTo("198.51.100.1");
    }

    @Test
    void aFieldThatTheTrustedProxyPassedOnFromTheClientForgesNothing() {
        ClientAddress client = seen(PROXY, "Forwarded", "for=203.0.113.66", "X-Forwarded-For", "198.51.100.1");

        assertThat(client.address().getHostAddress()).isEqualTo(PROXY);
    }

    private ClientAddress seen(String peer, String... fields) {
        return addresses.of(new ProxyRequest(
                "GET",
                RequestTarget.ROOT,
                "a",
                false,
                "1.1",
                new InetSocketAddress(peer, 4711),
                Headers.of(fields),
                Body.empty()));
    }
}
