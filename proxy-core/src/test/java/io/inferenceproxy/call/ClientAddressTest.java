package io.inferenceproxy.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.129, 192.0.2.129, ffffc0000281",
        "255.255.255.255, 255.255.255.255, ffffffffffff",
        "0.0.0.0, 0.0.0.0, ffff00000000",
        "2001:db8:1:2:3:4:5:6, 20010db800010002/64, 20010db800010002",
        "ff02::1, ff02000000000000/64, ff02000000000000",
        "::1, 0000000000000000/64, 0",
    })
    void anAddressIsCountedAsAWholeAndOfIpv6ItsFirstHalf(String text, String key, String number)
            throws UnknownHostException {
        ClientAddress address = new ClientAddress(InetAddress.getByName(text), false);

        assertThat(address.limitKey()).isEqualTo(key);
        assertThat(address.limitNumber()).isEqualTo(Long.parseUnsignedLong(number, 16));
    }
}
