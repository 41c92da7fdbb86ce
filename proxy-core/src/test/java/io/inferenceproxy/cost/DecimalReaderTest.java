package io.inferenceproxy.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalReaderTest {

    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private final DecimalReader reader = new DecimalReader();

    private boolean accepts(String text) {
        reader.begin((byte) text.charAt(0));
        for (int i = 1; i < text.length(); i++) {
            if (!reader.tryAccept((byte) text.charAt(i))) {
                return false;
            }
        }
        return reader.isWhole();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "-0.0e7, 0",
        "7, 7",
        "7.0, 7",
        "7.01, 8",
        "0.0000000000000000000000000000000000001, 1",
        "1e-400, 1",
        "12e2, 1200",
        "12E+2, 1200",
        "1250e-2, 13",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775806.00000000000000000000000000000001, 9223372036854775807",
        "9223372036854775807.1, -1",
        "9223372036854775808, -1",
        "9999999999999999999, -1",
        "99999999999999999999, -1",
        "99999999999999999999e-20, 1",
        "1e19, -1",
        "1e999999999999999999999, -1",
        "0e999999999999999999999, 0",
        "1e-999999999999999999999, 1",
        "-1, -1",
        "-0.1, -1"
    })
    void numbersAreRoundedUpAndWhatIsOutOfRangeIsNone(String text, long value) {
        assertThat(accepts(text)).isTrue();
        assertThat(reader.value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "01", "-01", "1.", "1.e3", "1e", "1e+", "1-", "1.2.3", "1e2.5", "--1", "-+1", "1ee2"})
    void whatIsNoNumberIsNotTakenForOne(String text) {
        assertThat(accepts(text)).isFalse();
    }

    @Test
    void tenThousandDigitsAreANumberToo() {
        String zeros = "0".repeat(10_000);

        assertThat(accepts("0." + zeros + "25e10002")).isTrue();
        assertThat(reader.value()).isEqualTo(25);
        assertThat(accepts("3" + zeros + "e-10000")).isTrue();
        assertThat(reader.value()).isEqualTo(3);
        assertThat(accepts("3" + zeros + "1e-10000")).isTrue();
        assertThat(reader.value()).isEqualTo(31);
        assertThat(accepts("3." + zeros + "1")).isTrue();
        assertThat(reader.value()).isEqualTo(4);
    }

    @Test
    void itAgreesWithTheDecimalsOfTheJdk() {
        Random random = new Random(20);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextInt(8) == 0 ? "-" : "");
            text.append(random.nextInt(4) == 0 ? "0" : "" + (1 + random.nextInt(9)) + digits(random, 24));
            text.append(random.nextBoolean() ? "" : "." + random.nextInt(10) + digits(random, 24));
            text.append(random.nextBoolean() ? "" : "e" + (random.nextInt(60) - 30));

            assertThat(accepts(text.toString())).as(text.toString()).isTrue();
            assertThat(reader.value()).as(text.toString()).isEqualTo(expected(new BigDecimal(text.toString())));
        }
    }

    private static String digits(Random random, int most) {
        StringBuilder digits = new StringBuilder();
        boolean zeros = random.nextInt(3) == 0;
        for (int i = random.nextInt(most); i > 0; i--) {
            digits.append(zeros ? 0 : random.nextInt(10));
        }
        return digits.toString();
    }

    static long expected(BigDecimal number) {
        BigDecimal whole = number.setScale(0, RoundingMode.CEILING);
        return number.signum() < 0 || whole.compareTo(LARGEST) > 0 ? -1 : whole.longValueExact();
    }
}
