package io.inferenceproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.FieldLog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A set of names says the same of a name whether it is text or stands in a block of bytes; and so it is when they are left out. */
class HeaderNamesTest {

    private static final String[] NAMES = {
        "Host",
        "host",
        "HOST",
        "hos",
        "hosts",
        "X-Forwarded-For",
        "x_forwarded_for",
        "X.Forwarded-For",
        "X-Forwarded-Fob",
        "x-forwarded-",
        "X_FORWARDED_X",
        "~",
        "-",
        "_",
        "a",
        "A",
        "[",
        "{",
        "@",
        "`",
        "0",
        ":",
        ""
    };

    private static boolean containsBytes(HeaderNames names, String name) {
        byte[] block = ("..." + name + ".for").getBytes(StandardCharsets.ISO_8859_1);
        return names.contains(block, 3, name.length(), HeaderNames.hash(block, 3, name.length()));
    }

    private static String some(SplittableRandom random) {
        return NAMES[random.nextInt(NAMES.length)];
    }

    @Test
    void bytesHashLikeText() {
        for (int c = 0; c < 256; c++) {
            String name = "a" + (char) c + "b";
            byte[] block = name.getBytes(StandardCharsets.ISO_8859_1);

            assertThat(HeaderNames.hash(block, 0, 3)).as("character %d", c).isEqualTo(HeaderNames.hash(name));
        }
    }

    @Test
    void bytesAreFoundLikeText() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 20_000; i++) {
            HeaderNames names = HeaderNames.of(
                    List.of(some(random), some(random), some(random)),
                    random.nextBoolean() ? List.of() : List.of("x-forwarded-"));
            String name = some(random);

            assertThat(containsBytes(names, name)).as(name).isEqualTo(names.contains(name));
        }
    }

    @Test
    void eachCharacterIsComparedLikeText() {
        for (int one = 0; one < 256; one++) {
            HeaderNames names = HeaderNames.of("a" + (char) one);
            for (int other = 0; other < 256; other++) {
                String name = "A" + (char) other;
                if (containsBytes(names, name) != names.contains(name)) {
                    assertThat(containsBytes(names, name))
                            .as("characters %d and %d", one, other)
                            .isEqualTo(names.contains(name));
                }
            }
        }
    }

    @Test
    void namesThatBeginAlikeAreFoundByWhatTheyBeginWith() {
        HeaderNames names = HeaderNames.of(List.of(), List.of("x-forwarded-"));

        assertThat(List.of("X-Forwarded-For", "x_forwarded_x", "x.FORWARDED-"))
                .allMatch(name -> names.contains(name) && containsBytes(names, name));
        assertThat(List.of("X-Forwarded", "X-Forwarde-For", "Y-Forwarded-For", ""))
                .noneMatch(name -> names.contains(name) || containsBytes(names, name));
    }

    @Test
    void fieldsLeftOutAreToldByBytesAsByText() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 20_000; i++) {
            Omitted omitted = someOmitted(random);
            String name = some(random);
            byte[] block = (name + "#").getBytes(StandardCharsets.ISO_8859_1);
            int hash = HeaderNames.hash(block, 0, name.length());

            assertThat(omitted.omits(block, 0, name.length(), hash))
                    .as("%s of %s", name, omitted)
                    .isEqualTo(omitted.omits(name));
        }
    }

    @Test
    void fieldsAreWrittenAsTheyAreSeenHoweverTheyAreLaid() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20_000; i++) {
            Headers headers = someHeaders(random);
            Omitted omitted = someOmitted(random);

            assertThat(FieldLog.of(headers, omitted).lines()).isEqualTo(FieldLog.expected(headers, omitted));
        }
    }

    private static Headers someHeaders(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> someHeaders(random).overlaidWith(someHeaders(random));
            case 1 -> someHeaders(random).without(someOmitted(random));
            case 2 -> Headers.of(some(random), "1", some(random), "2", some(random), "3");
            default -> Headers.of(some(random), "4");
        };
    }

    private static Omitted someOmitted(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> Omitted.NOTHING;
            case 1 -> Headers.of(some(random), "x", some(random), "y").asOmitted();
            case 2 -> someHeaders(random).asOmitted();
            case 3 -> someOmitted(random).or(someOmitted(random));
            default -> HeaderNames.of(some(random), some(random));
        };
    }
}
