package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHashTest {

    /** Of the vectors that its authors published: the seed and the input are 00 01 02 and so on. */
    @ParameterizedTest
    @CsvSource({
        "0, a3817f04ba25a8e66df67214c7550293",
        "8, 3b62a9ba6258f5610f83e264f31497b4",
        "16, 6ee2a4ca67b054bbfd3315bf85230577",
        "24, 2db479ae78bd50d8882a8a178a6132ad",
        "32, 7c3956ca5eeafc3e363e9d556546eb68"
    })
    void itGivesThePublishedHashes(int length, String expected) {
        SipHash hash = SipHash.begun(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        for (int word = 0; word < length / Long.BYTES; word++) {
            hash.add(0x0706050403020100L + word * 0x0808080808080808L);
        }

        assertThat(hex(hash)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"8, 3b62a9ba6258f5610f83e264f31497b4", "16, 6ee2a4ca67b054bbfd3315bf85230577"})
    void aTextIsItsCharactersInTwoBytesEach(int length, String expected) {
        SipHash hash = SipHash.begun(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i += 2) {
            text.append((char) (i | (i + 1) << 8));
        }
        hash.add(text.toString());

        assertThat(hex(hash)).isEqualTo(expected);
    }

    private static String hex(SipHash hash) {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(hash.first()).putLong(hash.second());
        return HexFormat.of().formatHex(bytes.array());
    }
}
