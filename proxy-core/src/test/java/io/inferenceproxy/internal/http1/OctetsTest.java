package io.inferenceproxy.internal.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The fast looks at bytes see what a slow look sees, whatever stands where. */
class OctetsTest {

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private static boolean isText(int octet) {
        return octet == '\t' || octet >= ' ' && octet != 0x7f;
    }

    private static int naiveTextEnd(byte[] block, int from, int end) {
        int at = from;
        while (at < end && isText(block[at] & 0xff)) {
            at++;
        }
        return at;
    }

    @Test
    void textEndsAtTheFirstControlCharacterWhereverItStands() {
        for (int from = 0; from < 9; from++) {
            for (int end = from; end < from + 27; end++) {
                for (int at = from; at < end; at++) {
                    for (int octet = 0; octet < 256; octet++) {
                        byte[] block = new byte[40];
                        Arrays.fill(block, (byte) 'x');
                        block[at] = (byte) octet;

                        int expected = isText(octet) ? end : at;
                        if (Octets.textEnd(block, from, end) != expected) {
                            assertThat(Octets.textEnd(block, from, end))
                                    .as("octet %d at %d of %d to %d", octet, at, from, end)
                                    .isEqualTo(expected);
                        }
                    }
                }
            }
        }
    }

    @Test
    void whatStandsBesideItDoesNotHideIt() {
        byte[] block = new byte[19];
        for (int one = 0; one < 256; one++) {
            for (int other = 0; other < 256; other++) {
                for (int at = 0; at < 8; at++) {
                    Arrays.fill(block, (byte) (at % 2 == 0 ? 0x20 : 0xff));
                    block[at] = (byte) one;
                    block[at + 1] = (byte) other;
                    block[at + 9] = (byte) one;

                    int expected = naiveTextEnd(block, 0, block.length);
                    if (Octets.textEnd(block, 0, block.length) != expected) {
                        assertThat(Octets.textEnd(block, 0, block.length))
                                .as("octets %d and %d at %d", one, other, at)
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Test
    void nothingBeyondTheEndIsLookedAt() {
        byte[] block = {'a', 'b', 'c', '\n', 'd', 'e', 'f', 'g', 'h', 'i', '\r', 'j'};

        assertThat(Octets.textEnd(block, 0, 3)).isEqualTo(3);
        assertThat(Octets.textEnd(block, 4, 10)).isEqualTo(10);
        assertThat(Octets.textEnd(block, 4, 12)).isEqualTo(10);
        assertThat(Octets.textEnd(block, 12, 12)).isEqualTo(12);
        assertThat(Octets.tokenEnd(block, 0, 2)).isEqualTo(2);
        assertThat(Octets.visibleEnd(block, 4, 6)).isEqualTo(6);
    }

    @Test
    void tokensHaveLettersDigitsAndFifteenMarks() {
        for (int octet = 0; octet < 256; octet++) {
            boolean token = octet >= 'a' && octet <= 'z'
                    || octet >= 'A' && octet <= 'Z'
                    || octet >= '0' && octet <= '9'
                    || TOKEN_MARKS.indexOf(octet) >= 0;

            assertThat(Octets.isToken((byte) octet)).as("octet %d", octet).isEqualTo(token);
            assertThat(Octets.tokenEnd(new byte[] {'x', (byte) octet, 'y'}, 0, 3))
                    .as("octet %d", octet)
                    .isEqualTo(token ? 3 : 1);
        }
    }

    @Test
    void visibleTextHasNoSpaceAndNoControlCharacter() {
        for (int octet = 0; octet < 256; octet++) {
            assertThat(Octets.visibleEnd(new byte[] {'x', (byte) octet, 'y'}, 0, 3))
                    .as("octet %d", octet)
                    .isEqualTo(octet > ' ' && octet != 0x7f ? 3 : 1);
        }
    }

    @Test
    void aTabIsTextAndBlankAndNotVisible() {
        assertThat(Octets.isText((byte) '\t')).isTrue();
        assertThat(Octets.isBlank((byte) '\t')).isTrue();
        assertThat(Octets.isBlank((byte) ' ')).isTrue();
        assertThat(Octets.isBlank((byte) 0x0b)).isFalse();
        assertThat(Octets.isBlank((byte) 0xa0)).isFalse();
    }
}
