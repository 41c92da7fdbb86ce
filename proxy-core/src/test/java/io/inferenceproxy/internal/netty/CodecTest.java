package io.inferenceproxy.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.internal.http1.ResponseHeads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which decoders run is said once, by a property of the machine. */
class CodecTest {

    private final String before = System.getProperty(Codec.PROPERTY, "");

    @AfterEach
    void putBack() {
        System.setProperty(Codec.PROPERTY, before);
    }

    @ParameterizedTest
    @CsvSource({"netty, NETTY", "scanner, SCANNER", "'', SCANNER", "Netty, SCANNER"})
    void thePropertyNamesIt(String property, Codec codec) {
        System.setProperty(Codec.PROPERTY, property);

        assertThat(Codec.chosen()).isEqualTo(codec);
    }

    @Test
    void withoutThePropertyItIsTheScanner() {
        System.clearProperty(Codec.PROPERTY);

        assertThat(Codec.chosen()).isEqualTo(Codec.SCANNER);
    }

    @Test
    void eachBringsDecodersForBothDirections() {
        assertThat(Codec.SCANNER.requests(100)).isInstanceOf(ScanningDecoder.class);
        assertThat(Codec.SCANNER.responses(new ResponseHeads())).isInstanceOf(ScanningDecoder.class);
        assertThat(Codec.NETTY.requests(100)).isInstanceOf(NettyDecoder.class);
        assertThat(Codec.NETTY.responses(new ResponseHeads())).isInstanceOf(NettyDecoder.class);
    }
}
