package io.inferenceproxy.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.RecordingSink;
import io.inferenceproxy.testing.ScriptedBody;
import java.io.IOException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerMeterTest {

    private static final JsonPlace N = JsonPlace.ofNumber("/n");

    private final ScriptedBody body = ScriptedBody.chunked();
    private final RecordingSink client = new RecordingSink();
    private final AnswerMeter meter = new AnswerMeter(JsonPlaces.of(N));

    private void watch(String... headers) {
        meter.watching(ProxyResponse.of(200, Headers.of(headers), body)).body().read(client);
    }

    private OptionalLong found() {
        return meter.values().number(N);
    }

    @Test
    void aNumberIsKnownAsSoonAsItHasPassed() {
        watch("Content-Type", "application/json; charset=utf-8");
        body.send(Readings.utf8("{\"n\""));
        assertThat(found()).isEmpty();

        body.send(Readings.utf8(":5}"));

        assertThat(found()).hasValue(5);
        assertThat(client.text()).isEqualTo("{\"n\":5}");
    }

    @Test
    void aLargePieceIsReadToItsEnd() {
        watch("Content-Type", "application/json");

        body.send(Readings.utf8("{\"x\":\"" + "[,]".repeat(10_000) + "\",\"n\":5}"));

        assertThat(found()).hasValue(5);
    }

    @Test
    void aNumberAloneIsKnownWhenTheAnswerIsWhole() {
        JsonPlace whole = JsonPlace.ofNumber("");
        AnswerMeter ofWhole = new AnswerMeter(JsonPlaces.of(whole));
        ofWhole.watching(ProxyResponse.of(200, Headers.of("Content-Type", "application/json"), body))
                .body()
                .read(client);
        body.send(Readings.utf8("42"));

        body.end();

        assertThat(ofWhole.values().number(whole)).hasValue(42);
    }

    @Test
    void ofAStreamThatBreaksOffCountsWhatCame() {
        watch("Content-Type", "text/event-stream");
        body.send(Readings.utf8("data: {\"n\":5}\n\ndata: {\"n\":7"));

        body.breakOff(new IOException("reset"));

        assertThat(found()).hasValue(5);
        assertThat(client.events()).endsWith("failure");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, gzip",
        "application/json, 'identity, br'",
        "text/event-stream, zstd",
        "text/plain, identity",
        "'', identity"
    })
    void whatCannotBeReadIsTheAnswerItself(String type, String coding) {
        Headers headers = Headers.of("Content-Type", type, "Content-Encoding", coding);
        ProxyResponse answer = ProxyResponse.of(200, headers, Body.of(Readings.utf8("{\"n\":5}")));

        assertThat(meter.watching(answer)).isSameAs(answer);
        assertThat(found()).isEmpty();
    }

    @Test
    void anAnswerWithoutMediaTypeIsNotRead() {
        ProxyResponse answer = ProxyResponse.empty(200);

        assertThat(meter.watching(answer)).isSameAs(answer);
        assertThat(found()).isEmpty();
    }

    @Test
    void anAnswerThatIsAllHereIsReadAtOnce() {
        Body here = Body.of(Readings.utf8("{\"n\":5}"));
        ProxyResponse answer = ProxyResponse.of(200, Headers.of("Content-Type", "application/problem+json"), here);

        assertThat(meter.watching(answer).body()).isSameAs(here);
        assertThat(found()).hasValue(5);
    }
}
