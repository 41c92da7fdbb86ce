package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.Headers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitHeadersTest {

    private static final LimitWindow HOUR = new LimitWindow("per-user-hour", 50, 3_600);
    private static final LimitWindow DAY = new LimitWindow("per-user-day", 200, 86_400);

    private static Headers headers(WindowStatus... statuses) {
        List<WindowStatus> all = List.of(statuses);
        return new LimitHeaders(all.stream().map(WindowStatus::window).toList()).of(all);
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

    @Test
    void withoutWindowsThereIsNothingToTell() {
        assertThat(new LimitHeaders(List.of()).of(List.of())).isSameAs(Headers.empty());
    }

    @Test
    void theJsonHasTheWordsOfTheFields() {
        String json = LimitJson.of(List.of(new WindowStatus(HOUR, 49, 3_600))).toString();

        assertThat(json)
                .isEqualTo(
                        "[{\"policy\":\"per-user-hour\",\"quota\":50,\"window\":3600,\"remaining\":49,\"reset\":3600}]");
    }
}
