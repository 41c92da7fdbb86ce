package io.inferenceproxy.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Seeded chance against Jackson: any JSON, written in any way, names that come twice included. */
class JsonFuzzTest {

    private static final JsonMapper JACKSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final String[] NAMES = {
        "a", "b", "ab", "0", "1", "", "/", "~", "\"", "\u00e4", "\ud834\udd1e", "usage"
    };
    private static final String[] NUMBERS = {
        "0", "1", "17", "-3", "2.5", "1e3", "9223372036854775807", "1e30", "-0", "0.1e-9"
    };
    private static final int DOCUMENTS = 4_000;

    private final Random random = new Random(20);

    @Test
    void itFindsWhatJacksonFindsHoweverTheTextIsCut() {
        for (int i = 0; i < DOCUMENTS; i++) {
            String text = value(0);
            List<JsonPlace> places = places();
            byte[] bytes = Readings.utf8(text);

            assertThat(Readings.read(JsonValueReader::new, bytes, places, 1 + random.nextInt(12)))
                    .as(text)
                    .isEqualTo(expected(JACKSON.readTree(text), places));
        }
    }

    @Test
    void whatIsNoJsonIsReadTheSameHoweverItIsCut() {
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] bytes = Readings.utf8(value(0));
            for (int damage = 1 + random.nextInt(3); damage > 0; damage--) {
                byte other = random.nextBoolean()
                        ? (byte) random.nextInt(256)
                        : (byte) "{}[]\",:\\0e.".charAt(random.nextInt(11));
                bytes[random.nextInt(bytes.length)] = other;
            }
            List<JsonPlace> places = places();

            assertThat(Readings.read(JsonValueReader::new, bytes, places, 1 + random.nextInt(12)))
                    .as(new String(bytes, StandardCharsets.UTF_8))
                    .isEqualTo(Readings.read(JsonValueReader::new, bytes, places, Integer.MAX_VALUE));
        }
    }

    @Test
    void anythingAsAnEventStreamIsReadTheSameHoweverItIsCut() {
        String[] parts = {
            "data", ":", " ", "\n", "\r", "\r\n", "\n\n", "{\"a\":", "7", "}", "\uFEFF", "data: {\"a\":1}\n\n", "x"
        };
        for (int i = 0; i < DOCUMENTS; i++) {
            StringBuilder stream = new StringBuilder();
            for (int count = random.nextInt(30); count > 0; count--) {
                stream.append(parts[random.nextInt(parts.length)]);
            }
            byte[] bytes = Readings.utf8(stream.toString());
            List<JsonPlace> places = List.of(JsonPlace.ofNumber("/a"), JsonPlace.ofNumber(""));

            assertThat(Readings.read(EventValueReader::new, bytes, places, 1 + random.nextInt(5)))
                    .as(stream.toString())
                    .isEqualTo(Readings.read(EventValueReader::new, bytes, places, Integer.MAX_VALUE));
        }
    }

    private List<JsonPlace> places() {
        List<JsonPlace> places = new ArrayList<>();
        for (int count = 1 + random.nextInt(6); count > 0; count--) {
            List<String> steps = new ArrayList<>();
            for (int depth = random.nextInt(4); depth > 0; depth--) {
                steps.add(NAMES[random.nextInt(NAMES.length)]);
            }
            places.add(new JsonPlace(new JsonPointer(steps), JsonPlace.Kind.values()[random.nextInt(3)]));
        }
        return places.stream().distinct().toList();
    }

    private static Map<JsonPlace, Object> expected(JsonNode root, List<JsonPlace> places) {
        Map<JsonPlace, Object> expected = new LinkedHashMap<>();
        for (JsonPlace place : places) {
            JsonNode node = root;
            for (String step : place.pointer().steps()) {
                boolean index = step.matches("0|[1-9][0-9]*");
                node = node.isArray() ? index ? node.path(Integer.parseInt(step)) : node.path("") : node.path(step);
            }
            switch (place.kind()) {
                case NUMBER -> {
                    long number = node.isNumber() ? DecimalReaderTest.expected(node.decimalValue()) : -1;
                    if (number >= 0) {
                        expected.put(place, number);
                    }
                }
                case LENGTH -> {
                    if (node.isArray()) {
                        expected.put(place, (long) node.size());
                    }
                }
                case TEXT -> {
                    if (node.isString()) {
                        expected.put(place, node.stringValue());
                    }
                }
            }
        }
        return expected;
    }

    private String value(int depth) {
        return space() + bare(depth) + space();
    }

    private String bare(int depth) {
        return switch (random.nextInt(depth > 4 ? 4 : 8)) {
            case 0 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 1 -> random.nextInt(1000) + (random.nextBoolean() ? "" : "." + random.nextInt(1000));
            case 2 -> string(NAMES[random.nextInt(NAMES.length)] + "[{\\\",:}]".substring(random.nextInt(8)));
            case 3 -> List.of("true", "false", "null").get(random.nextInt(3));
            case 4, 5 -> container("[", "]", "", depth);
            default -> container("{", "}", "name", depth);
        };
    }

    private String container(String opening, String closing, String name, int depth) {
        StringBuilder text = new StringBuilder(opening);
        int members = random.nextInt(5);
        for (int i = 0; i < members; i++) {
            text.append(i == 0 ? "" : ",");
            text.append(name.isEmpty() ? "" : space() + string(NAMES[random.nextInt(NAMES.length)]) + space() + ":");
            text.append(value(depth + 1));
        }
        return text.append(members == 0 ? space() : "").append(closing).toString();
    }

    private String string(String text) {
        StringBuilder written = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (random.nextInt(4) == 0) {
                written.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) c));
            } else if (c == '"' || c == '\\' || c == '/' && random.nextBoolean()) {
                written.append('\\').append(c);
            } else {
                written.append(c);
            }
        }
        // half a character cannot be written as UTF-8
        String whole = written.append('"').toString();
        return StandardCharsets.UTF_8.newEncoder().canEncode(whole) ? whole : string(text);
    }

    private String space() {
        return random.nextInt(3) == 0 ? " \t\r\n".substring(random.nextInt(4)) : "";
    }
}
