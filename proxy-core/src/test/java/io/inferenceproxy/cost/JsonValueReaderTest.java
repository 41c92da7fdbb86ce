package io.inferenceproxy.cost;

import static io.inferenceproxy.cost.JsonPlace.ofLength;
import static io.inferenceproxy.cost.JsonPlace.ofNumber;
import static io.inferenceproxy.cost.JsonPlace.ofText;
import static io.inferenceproxy.cost.Readings.json;
import static io.inferenceproxy.cost.Readings.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueReaderTest {

    private static final JsonPlace TOTAL = ofNumber("/usage/total_tokens");
    private static final JsonPlace NUMBER = ofNumber("/n");

    @Test
    void aCompletionSaysItsUsageModelAndHowManyChoices() {
        String completion = """
                {"id": "cmpl-1", "model": "small", "choices": [{"text": "a \\"} b", "logprobs": null}, {"text": "[{"}],
                 "usage": {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21}}
                """;

        assertThat(json(completion, TOTAL, ofText("/model"), ofLength("/choices")))
                .isEqualTo(Map.of(TOTAL, 21L, ofText("/model"), "small", ofLength("/choices"), 2L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; 5",
                "/0; [5]",
                "/2; [1, [2], 5]",
                "/a; {\"a\":5}",
                "/a/1/b; {\"a\":[{\"b\":1},{\"b\":5},{\"b\":2}]}",
                "/1; {\"1\":5}",
                "/01; {\"01\":5, \"1\":6}",
                "/-; {\"-\":5}",
                "/; {\"\":5}",
                "//x; {\"\":{\"x\":5}}",
                "/a~1b; {\"a/b\":5}",
                "/m~0n; {\"m~n\":5}",
                "/~01; {\"~1\":5}",
                "/a b; {\"a\\u0020b\":5}",
                "/\"\\; {\"\\\"\\\\\":5}",
                "/ä€𝄞; {\"\\u00e4\\u20AC\\uD834\\udd1e\":5}",
                "/ä€𝄞; {\"ä€𝄞\":5}",
                "/ab; {\"a\":1,\"abc\":2,\"ab\":5}",
                "/a; {\"x\":{\"a\":1},\"y\":[{\"a\":2}],\"a\":5}",
                "/a; {\"x\":\"\\\\\",\"y\":\"\\\"\",\"a\":5}",
                "/a; {\"a\":1,\"a\":5}"
            })
    void aPointerLeadsToItsNumber(String pointer, String text) {
        JsonPlace place = ofNumber(pointer);

        assertThat(json(text, place)).isEqualTo(Map.of(place, 5L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/01; [1,2]",
                "/-; [1]",
                "/1; [1]",
                "/99999999999999999999; [1]",
                "/a/b; {\"a\":[5]}",
                "/a/b; {\"a\":5}",
                "/a; {\"a\":\"5\"}",
                "/a; {\"a\":null}",
                "/a; {\"a\":[5]}",
                "/a; {\"A\":5}",
                "/a; {\"a\":-5}",
                "/a; {\"a\":5,\"a\":null}",
                "/a/b; {\"a\":{\"b\":5},\"a\":{}}",
                "/a/b; {\"a\":{\"b\":5},\"\\u0061\":null}",
                "/a/0; {\"a\":[5],\"a\":[]}",
                "/\uFFFD; {\"\\ud834\":5}",
                "/\uFFFDx; {\"\\ud834x\":5}",
                "/?; {\"\\udd1e\":5}"
            })
    void whereNothingIsNothingIsFound(String pointer, String text) {
        assertThat(json(text, ofNumber(pointer))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"[]; 0", "[ ]; 0", "[[]]; 1", "[1,2 , 3]; 3", "[\"a,b\",[1,2],{\"x\":[3,4]}]; 3"})
    void theLengthOfAnArrayIsHowManyItemsItHas(String array, long length) {
        JsonPlace place = ofLength("/input");

        assertThat(json("{\"input\":" + array + "}", place)).isEqualTo(Map.of(place, length));
    }

    @Test
    void lengthNumberAndTextCanBeAskedForAtOnePlace() {
        JsonPlace[] places = {ofLength("/x"), ofNumber("/x"), ofText("/x"), ofNumber("/x/0")};

        assertThat(json("{\"x\":[7]}", places)).isEqualTo(Map.of(places[0], 1L, places[3], 7L));
        assertThat(json("{\"x\":7}", places)).isEqualTo(Map.of(places[1], 7L));
        assertThat(json("{\"x\":\"7\"}", places)).isEqualTo(Map.of(places[2], "7"));
    }

    @Test
    void aTextIsFoundUpTo256Bytes() {
        JsonPlace model = ofText("/model");
        String longest = "m".repeat(254) + "\u00e4";

        assertThat(json("{\"model\":\"" + longest + "\"}", model)).isEqualTo(Map.of(model, longest));
        assertThat(json("{\"model\":\"m" + longest + "\"}", model)).isEmpty();
        assertThat(json("{\"model\":\"\"}", model)).isEqualTo(Map.of(model, ""));
        assertThat(json("{\"model\":\"\\u00e4\\n\\ud834\\udd1e\\/\"}", model))
                .isEqualTo(Map.of(model, "\u00e4\n\ud834\udd1e/"));
        assertThat(json("{\"model\":\"a\\ud834b\"}", model))
                .as("half a character")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"n\":5,}",
                "{\"n\":5,x",
                "{\"n\":5}}",
                "{\"n\":5} {\"n\":6}",
                "{\"n\":5,\"m\" 1,\"n\":6}",
                "{\"n\":5,\"m\":[1,2},\"n\":6}",
                "{\"n\":5,m:1,\"n\":6}",
                "{\"n\":5,\"\\q\":1,\"n\":6}",
                "{\"n\":5,\"n\\u00g0\":1,\"n\":6}",
                "{\"n\":5,\"n\n\":1,\"n\":6}",
                "{\"n\":5,\"m\":1 2,\"n\":6}",
                "{\"n\":5,\"m\":?,\"n\":6}",
                "{\"n\":5,\"m\":\"",
                "{\"n\":5,\"n",
                "{\"n\":5,\"n\\",
                "{\"n\":5,\"n\\u"
            })
    void whatIsNoJsonEndsTheReadingAndWhatWasFoundStays(String text) {
        assertThat(json(text, NUMBER, ofLength("/m"))).isEqualTo(Map.of(NUMBER, 5L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"n\":5", "{\"n\":5 ", "{\"n\":5 6}", "{\"n\":5]", "{\"n\":05}", "{\"n\":5e}", "{\"n\":5x}", ""
            })
    void aNumberThatMayNotBeWholeIsNotCounted(String text) {
        assertThat(json(text, NUMBER)).isEmpty();
    }

    @Test
    void aNumberAloneCountsWhenTheTextIsWhole() {
        JsonPlace whole = ofNumber("");
        JsonValueReader reader = new JsonValueReader(JsonPlaces.of(whole));
        reader.feed(utf8("42"), 0, 2);
        assertThat(reader.values().number(whole)).isEmpty();

        reader.end();

        assertThat(reader.values().number(whole)).hasValue(42);
    }

    @Test
    void whatOneTextDoesNotHaveIsAsTheOneBeforeSaid() {
        JsonPlace model = ofText("/model");
        JsonValueReader reader = new JsonValueReader(JsonPlaces.of(NUMBER, model));
        for (String text : List.of(
                "{\"n\":5,\"model\":\"a\"}",
                "{\"n\":6,\"model\":\"b\"}",
                "{\"n\":null}",
                "no JSON",
                "{\"n\":7,\"model\":\"c\",\"n\":\"again\",\"model\":0}")) {
            reader.feed(utf8(text), 0, text.length());
            reader.next();
        }

        assertThat(Readings.found(reader.values(), List.of(NUMBER, model))).isEqualTo(Map.of(NUMBER, 6L, model, "b"));
    }

    @Test
    void whereItIsCutMakesNoDifference() {
        byte[] text = utf8("""
                 { "skip": [{"a": "b\\"]}", "c": [[1, -2.5e3], {}]}, "\\\\", true], "tot\\u0061l" : 12.5e1,
                 "list": [ 1, "two", [3], {"x": [9, 10]} ], "\\ud834\\uDD1e": {"m\\/n": 1e2, "": [[], 4]},
                 "model": "\\"a\u00e4\\u20ac\\"", "long name that leads nowhere": "\\u0022", "z": false } \
                """);
        List<JsonPlace> places = List.of(
                ofNumber("/total"),
                ofLength("/list"),
                ofNumber("/list/3/x/1"),
                ofNumber("/\ud834\udd1e/m~1n"),
                ofNumber("/\ud834\udd1e//1"),
                ofLength("/\ud834\udd1e/"),
                ofText("/model"),
                ofText("/list/1"));
        Map<JsonPlace, Object> expected = Map.of(
                places.get(0), 125L,
                places.get(1), 4L,
                places.get(2), 10L,
                places.get(3), 100L,
                places.get(4), 4L,
                places.get(5), 2L,
                places.get(6), "\"a\u00e4\u20ac\"",
                places.get(7), "two");
        for (int piece = 1; piece < 20; piece++) {
            assertThat(Readings.read(JsonValueReader::new, text, places, piece))
                    .as("in pieces of " + piece)
                    .isEqualTo(expected);
        }
        for (int at = 0; at <= text.length; at++) {
            assertThat(Readings.readCutAt(JsonValueReader::new, text, places, at))
                    .as("cut at " + at)
                    .isEqualTo(expected);
        }
    }
}
