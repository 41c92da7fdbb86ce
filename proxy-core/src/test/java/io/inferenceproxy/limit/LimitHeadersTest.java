package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.FieldSink;
import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.Omitted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LimitHeadersTest {

    private static final LimitWindow HOUR = new LimitWindow("per-user-hour", 50, 3_600);
    private static final LimitWindow DAY = new LimitWindow("per-user-day", 200, 86_400);

    private static Headers headers(WindowStatus... statuses) {
        return LimitHeaders.of(List.of(statuses));
    }

    @Test
    void allDialectsAreSpelledAsDocumented() {
        List<String> lines = new ArrayList<>();

        headers(new WindowStatus(HOUR, 49, 3_600), new WindowStatus(DAY, 199, 86_400))
                .forEach((name, value) -> lines.add(name + ": " + value));

        assertThat(lines)
                .containsExactly(
                        "RateLimit-Policy: \"per-user-hour\";q=50;w=3600, \"per-user-day\";q=200;w=86400",
                        "RateLimit: \"per-user-hour\";r=49;t=3600, \"per-user-day\";r=199;t=86400",
                        "X-RateLimit-Limit: 50",
                        "X-RateLimit-Remaining: 49",
                        "X-RateLimit-Reset: 3600");
    }

    @Test
    void theOldFieldsTellOfTheWindowWithTheFewestRemaining() {
        Headers headers = headers(new WindowStatus(HOUR, 50, 3_600), new WindowStatus(DAY, 3, 7));

        assertThat(headers.first("x-ratelimit-limit")).hasValue("200");
        assertThat(headers.first("x-ratelimit-remaining")).hasValue("3");
        assertThat(headers.first("x-ratelimit-reset")).hasValue("7");
    }

    @Test
    void ofWindowsWithAsManyRemainingTheLaterResetIsTold() {
        Headers laterLast = headers(new WindowStatus(HOUR, 0, 10), new WindowStatus(DAY, 0, 20));
        Headers laterFirst = headers(new WindowStatus(DAY, 0, 20), new WindowStatus(HOUR, 0, 10));

        assertThat(laterLast.first("X-RateLimit-Limit")).hasValue("200");
        assertThat(laterFirst.first("X-RateLimit-Limit")).hasValue("200");
    }

    /** What is written, line by line; texts as the engine would. */
    private static List<String> written(Headers headers, Omitted omitted) {
        StringBuilder text = new StringBuilder();
        headers.writeTo(
                new FieldSink() {
                    @Override
                    public void field(String name, String value) {
                        text.append(name).append(": ").append(value).append("\r\n");
                    }

                    @Override
                    public void lines(byte[] block, int from, int to) {
                        text.append(new String(block, from, to - from, StandardCharsets.ISO_8859_1));
                    }
                },
                omitted);
        assertThat(text.toString()).endsWith("\r\n");
        return List.of(text.toString().split("\r\n"));
    }

    @Test
    void theLinesAreThoseOfTheTextsWhateverTheNumbers() {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            List<WindowStatus> statuses = new ArrayList<>();
            for (int window = 1 + random.nextInt(3); window > 0; window--) {
                long most = (long) Math.pow(10, random.nextInt(14));
                statuses.add(new WindowStatus(
                        new LimitWindow("w-" + window, random.nextLong(most) + 1, random.nextLong(most) + 1),
                        random.nextLong(most),
                        random.nextLong(most) + 1));
            }
            Headers headers = headers(statuses.toArray(WindowStatus[]::new));
            List<String> lines = new ArrayList<>();
            headers.forEach((name, value) -> lines.add(name + ": " + value));

            assertThat(written(headers, Omitted.NOTHING)).isEqualTo(lines);
        }
    }

    @Test
    void aFieldThatIsLeftOutIsNotWritten() {
        Headers headers = headers(new WindowStatus(HOUR, 49, 3_600));

        assertThat(written(headers, HeaderNames.of("ratelimit", "X-RateLimit-Reset")))
                .containsExactly(
                        "RateLimit-Policy: \"per-user-hour\";q=50;w=3600",
                        "X-RateLimit-Limit: 50",
                        "X-RateLimit-Remaining: 49");
    }

    @Test
    void unitsThatAreNoRequestsAreNamedAndWhatIsUnderWayHasNoPeriod() {
        LimitWindow tokens = new LimitWindow("budget-day", 1_000, 86_400, "tokens");
        LimitWindow atOnce = new LimitWindow("budget-at-once", 4, 0, LimitWindow.CONCURRENT_REQUESTS);

        Headers headers = headers(new WindowStatus(tokens, 900, 60), new WindowStatus(atOnce, 3, 1));

        assertThat(written(headers, Omitted.NOTHING))
                .contains(
                        "RateLimit-Policy: \"budget-day\";q=1000;qu=\"tokens\";w=86400,"
                                + " \"budget-at-once\";q=4;qu=\"concurrent-requests\"",
                        "X-RateLimit-Limit: 1000");
    }

    @Test
    void aNameThatIsNoFieldValueIsLeftToTheWriterOfTheHead() {
        LimitWindow odd = new LimitWindow("a\r\nb", 5, 6);
        List<String> values = new ArrayList<>();

        headers(new WindowStatus(odd, 1, 2))
                .writeTo(
                        new FieldSink() {
                            @Override
                            public void field(String name, String value) {
                                values.add(value);
                            }

                            @Override
                            public void lines(byte[] block, int from, int to) {
                                values.add("lines");
                            }
                        },
                        Omitted.NOTHING);

        assertThat(values).hasSize(5).doesNotContain("lines");
    }

    @Test
    void theirNamesInWhateverCaseAreLeftOutOfTheUpstreamsFields() {
        Headers upstream = Headers.of("RATELIMIT", "x", "x-ratelimit-reset", "y", "RateLimit-Other", "z");

        List<String> lines =
                written(upstream.overlaidWith(headers(new WindowStatus(HOUR, 49, 3_600))), Omitted.NOTHING);

        assertThat(lines)
                .containsExactly(
                        "RateLimit-Other: z",
                        "RateLimit-Policy: \"per-user-hour\";q=50;w=3600",
                        "RateLimit: \"per-user-hour\";r=49;t=3600",
                        "X-RateLimit-Limit: 50",
                        "X-RateLimit-Remaining: 49",
                        "X-RateLimit-Reset: 3600");
    }

    @Test
    void withoutWindowsThereIsNothingToTell() {
        assertThat(LimitHeaders.of(List.of())).isSameAs(Headers.empty());
    }

    @Test
    void theJsonHasTheWordsOfTheFields() {
        String json = LimitJson.of(List.of(new WindowStatus(HOUR, 49, 3_600))).toString();

        assertThat(json)
                .isEqualTo(
                        "[{\"policy\":\"per-user-hour\",\"quota\":50,\"unit\":\"requests\",\"window\":3600,\"remaining\":49,\"reset\":3600}]");
    }
}
