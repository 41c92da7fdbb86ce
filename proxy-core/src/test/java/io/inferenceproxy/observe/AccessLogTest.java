package io.inferenceproxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.inferenceproxy.call.CallEnd;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogTest {

    private final CapturedLog log = new CapturedLog(AccessLog.LOGGER);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void anOrdinaryCallIsOneReadableLine() {
        new AccessLog().onCall(CallReports.ordinary().report());

        ILoggingEvent event = log.only();
        assertThat(event.getLevel()).isEqualTo(Level.INFO);
        assertThat(event.getFormattedMessage()).isEqualTo("200 POST /api/inference alice 12.3 ms");
    }

    @Test
    void anOrdinaryCallCarriesAllThatIsKnownAsKeysAndValues() {
        new AccessLog().onCall(CallReports.ordinary().report());

        assertThat(log.keys())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("event", "call"),
                        Map.entry("requestId", "id-1"),
                        Map.entry("subject", "alice"),
                        Map.entry("issuer", "inference-proxy"),
                        Map.entry("route", "inference"),
                        Map.entry("method", "POST"),
                        Map.entry("path", "/api/inference"),
                        Map.entry("version", "1.1"),
                        Map.entry("status", 200),
                        Map.entry("outcome", "completed"),
                        Map.entry("totalMs", 12.346),
                        Map.entry("authMs", 0.1),
                        Map.entry("limitMs", 0.02),
                        Map.entry("validateMs", 0.3),
                        Map.entry("queueMs", 0.05),
                        Map.entry("upstreamMs", 11.0),
                        Map.entry("requestBytes", 17L),
                        Map.entry("responseBytes", 2_000L),
                        Map.entry("upstream", "127.0.0.1:8000"),
                        Map.entry("upstreamStatus", 200),
                        Map.entry("client", "127.0.0.1"),
                        Map.entry("traceId", "4bf92f3577b34da6a3ce929d0e0e4736")));
    }

    @Test
    void aRefusedCallSaysWhichProblemAndWhy() {
        new AccessLog()
                .onCall(CallReports.ordinary()
                        .subject("")
                        .refused(401, "invalid-credentials", "the token expired 3 s ago")
                        .report());

        assertThat(log.only().getFormattedMessage())
                .isEqualTo("401 POST /api/inference - 12.3 ms invalid-credentials (the token expired 3 s ago)");
        assertThat(log.keys())
                .containsEntry("code", "invalid-credentials")
                .containsEntry("reason", "the token expired 3 s ago")
                .doesNotContainKeys("subject", "issuer");
    }

    @Test
    void aClientThatLeftBeforeTheAnswerIsSeen() {
        new AccessLog()
                .onCall(CallReports.ordinary()
                        .answered(0)
                        .ended(CallEnd.CLIENT_GONE)
                        .report());

        assertThat(log.only().getFormattedMessage()).isEqualTo("--- POST /api/inference alice 12.3 ms client-gone");
        assertThat(log.keys()).doesNotContainKeys("status", "upstreamStatus");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n200 POST /forged alice 1.0 ms",
                "\u001b[2J\u001b[31mred",
                "\u009b31m",
                "a\u2028b\u2029c\u0085d",
                "\u202etxt.exe",
                "\u0000\u0007\u007f",
                "\ud800",
                "\ufeff\u200b"
            })
    void whatAStrangerChoseCannotLeaveItsPlaceInTheLine(String hostile) {
        new AccessLog()
                .onCall(CallReports.ordinary()
                        .subject(hostile)
                        .path("/" + hostile)
                        .id(hostile)
                        .method(hostile)
                        .refused(400, "malformed-request", hostile)
                        .report());

        assertThat(log.only().getFormattedMessage()).matches("400 \\S+ \\S+ \\S+ 12\\.3 ms malformed-request \\(.+\\)");
        assertThat(log.only().getFormattedMessage()).satisfies(AccessLogTest::isPrintable);
        assertThat(log.keys().values())
                .allSatisfy(value -> assertThat(value.toString()).satisfies(AccessLogTest::isPrintable));
    }

    @Test
    void aSubjectWithSpacesStaysOneWordOfTheLine() {
        new AccessLog().onCall(CallReports.ordinary().subject("alice 0.1 ms").report());

        assertThat(log.only().getFormattedMessage())
                .isEqualTo("200 POST /api/inference alice\\u00200.1\\u0020ms 12.3 ms");
    }

    @Test
    void lettersOfAllLanguagesAndSymbolsStayReadable() {
        new AccessLog().onCall(CallReports.ordinary().subject("Zoë-王-🩺").report());

        assertThat(log.keys()).containsEntry("subject", "Zoë-王-🩺");
    }

    @Test
    void aBackslashIsDoubledSoThatAnEscapeCannotBeForged() {
        new AccessLog().onCall(CallReports.ordinary().subject("a\\u001bb").report());

        assertThat(log.keys()).containsEntry("subject", "a\\\\u001bb");
    }

    @Test
    void aValueBeyondBoundsIsCutShort() {
        new AccessLog()
                .onCall(CallReports.ordinary().path("/" + "a".repeat(20_000)).report());

        assertThat(log.only().getFormattedMessage()).hasSizeLessThan(1_200).contains("a... alice");
    }

    @Test
    void everyKeyIsOneOfTheList() {
        new AccessLog()
                .onCall(CallReports.ordinary()
                        .refused(500, "internal-error", "why")
                        .report());

        assertThat(log.keys().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(LogKey.values()).map(LogKey::key).toList());
    }

    private static void isPrintable(String text) {
        assertThat(text.codePoints())
                .allSatisfy(c -> assertThat(Character.getType(c))
                        .isNotIn(
                                (int) Character.CONTROL,
                                (int) Character.FORMAT,
                                (int) Character.SURROGATE,
                                (int) Character.LINE_SEPARATOR,
                                (int) Character.PARAGRAPH_SEPARATOR));
    }
}
