package io.inferenceproxy.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HexDigitsTest {

    static LongStream numbers() {
        return LongStream.concat(
                LongStream.of(0, 1, -1, 0x0123_4567_89ab_cdefL, 0xfedc_ba98_7654_3210L, Long.MIN_VALUE, Long.MAX_VALUE),
                new SplittableRandom(7).longs(200));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aNumberIsSixteenDigitsInTheirPlace(long number) {
        byte[] ascii = "--------------------".getBytes(StandardCharsets.US_ASCII);

        HexDigits.put(ascii, 2, number);

        assertThat(new String(ascii, StandardCharsets.US_ASCII)).isEqualTo("--%016x--".formatted(number));
    }
}
