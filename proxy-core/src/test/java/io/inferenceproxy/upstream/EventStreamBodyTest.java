package io.inferenceproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.FakeCall;
import io.inferenceproxy.testing.RecordingSink;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamBodyTest {

    private final UpstreamFailure died =
            new UpstreamFailure(UpstreamFailure.Kind.CONNECTION_TERMINATED, "connection reset");

    private final ScriptedBody upstream = new ScriptedBody();
    private final ProxyCall call = FakeCall.of("POST", "/api/inference").arrived();
    private final RecordingSink client = new RecordingSink();

    @Test
    void stream_passes_untouched() {
        stream().read(client);
        upstream.send("data: a\r\n");
        upstream.send("\r\ndata: b");
        upstream.sink().onReadComplete();
        upstream.send("\n\n");
        upstream.sink().onEnd();

        assertThat(client.text()).isEqualTo("data: a\r\n\r\ndata: b\n\n");
        assertThat(client.events()).containsExactly("chunk", "chunk", "read-complete", "chunk", "end");
        assertThat(call.trace().isBrokenOff()).isFalse();
        assertThat(call.tryInterrupt()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: a\n\n", "data: a\r\n\r\n", "data: a\r\r", "data: a\n"})
    void death_of_the_upstream_is_an_event(String sent) {
        stream().read(client);
        upstream.send(sent);
        upstream.send("");
        upstream.sink().onFailure(died);

        assertThat(client.text())
                .startsWith(sent + "event: error\ndata: {\"type\":\"/problems/upstream-unreachable\"")
                .endsWith("}\n\n");
        assertThat(client.events()).containsExactly("chunk", "chunk", "chunk", "read-complete", "end");
        assertThat(call.trace().problem()).isEqualTo("upstream-unreachable");
        assertThat(call.trace().isBrokenOff()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: hal", "data: a\n\n:", "data: a\n\nd", "data: Zo\u00eb"})
    void open_line_is_ended_before_the_event(String sent) {
        stream().read(client);
        upstream.send(sent);
        upstream.sink().onFailure(died);

        assertThat(client.text()).startsWith(sent + "\nevent: error\ndata: {").endsWith("}\n\n");
    }

    @Test
    void death_before_the_first_byte_is_an_event_too() {
        stream().read(client);
        upstream.sink().onFailure(new UpstreamFailure(UpstreamFailure.Kind.STALL_TIMEOUT, "silent"));

        assertThat(client.text()).startsWith("event: error\ndata: {");
        assertThat(call.trace().problem()).isEqualTo("upstream-timeout");
    }

    @ParameterizedTest
    @CsvSource({"OPENAI, '{\"error\":{\"message\":'", "OIP, '{\"error\":\"'"})
    void event_speaks_the_dialect_of_the_route(ApiStyle style, String start) {
        ProxyCall styled = FakeCall.of("POST", "/v1/chat/completions").in(style).arrived();

        EventStreamBody.endingInOrder(answer("text/event-stream; charset=utf-8"), styled)
                .body()
                .read(client);
        upstream.sink().onFailure(died);

        assertThat(client.text()).startsWith("event: error\ndata: " + start);
        assertThat(client.text().lines()).hasSize(3);
    }

    @Test
    void server_that_stops_ends_the_stream_with_an_event() {
        stream().read(client);
        upstream.send("data: a\n\n");

        boolean taken = call.tryInterrupt();
        upstream.send("data: too late\n\n");
        upstream.sink().onEnd();

        assertThat(taken).isTrue();
        assertThat(upstream.isCancelled()).isTrue();
        assertThat(client.text())
                .startsWith("data: a\n\nevent: error\ndata: {\"type\":\"/problems/draining\"")
                .endsWith("}\n\n");
        assertThat(client.events()).containsExactly("chunk", "chunk", "read-complete", "end");
    }

    @Test
    void server_that_stops_before_the_stream_is_read_ends_it_at_once() {
        Body stream = stream();

        call.tryInterrupt();
        stream.read(client);

        assertThat(client.text()).startsWith("event: error\n");
        assertThat(client.events()).endsWith("end");
    }

    @Test
    void client_that_left_is_told_nothing() {
        stream().read(client);
        call.cancellation().cancel();
        upstream.sink().onFailure(new UpstreamFailure(UpstreamFailure.Kind.CANCELLED, "cancelled"));

        assertThat(client.events()).containsExactly("failure");
        assertThat(call.trace().problem()).isEmpty();
    }

    @Test
    void cancelled_stream_cancels_the_upstream_and_says_no_more() {
        Body stream = stream();
        stream.read(client);

        stream.cancel();
        upstream.send("data: a\n\n");
        upstream.sink().onFailure(died);

        assertThat(upstream.isCancelled()).isTrue();
        assertThat(client.events()).isEmpty();
    }

    @Test
    void pressure_goes_back_to_the_upstream() {
        Body stream = stream();

        stream.pause();
        stream.pause();
        stream.resume();

        assertThat(upstream.pauses()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-streams", "text/plain; x=text/event-stream"})
    void other_bodies_break_off(String mediaType) {
        ProxyResponse answer = answer(mediaType);

        assertThat(EventStreamBody.endingInOrder(answer, call)).isSameAs(answer);
    }

    @Test
    void coded_stream_breaks_off() {
        ProxyResponse answer = answer("text/event-stream")
                .withHeaders(Headers.of("Content-Type", "text/event-stream", "Content-Encoding", "gzip"));

        assertThat(EventStreamBody.endingInOrder(answer, call)).isSameAs(answer);
    }

    @Test
    void stream_of_known_length_breaks_off() {
        ProxyResponse answer = ProxyResponse.text(200, "text/event-stream", "data: a\n\n");

        assertThat(EventStreamBody.endingInOrder(answer, call)).isSameAs(answer);
    }

    private Body stream() {
        return EventStreamBody.endingInOrder(answer("text/event-stream"), call).body();
    }

    private ProxyResponse answer(String mediaType) {
        return ProxyResponse.of(200, Headers.of("Content-Type", mediaType), upstream);
    }

    /** A body of unknown length that sends what the test says. */
    private static final class ScriptedBody implements Body {
        private BodySink sink = new RecordingSink();
        private int pauses;
        private boolean cancelled;

        void send(String text) {
            sink.onChunk(Chunk.of(text.getBytes(StandardCharsets.UTF_8)));
        }

        BodySink sink() {
            return sink;
        }

        int pauses() {
            return pauses;
        }

        boolean isCancelled() {
            return cancelled;
        }

        @Override
        public OptionalLong length() {
            return OptionalLong.empty();
        }

        @Override
        public void read(BodySink sink) {
            this.sink = sink;
        }

        @Override
        public void pause() {
            pauses++;
        }

        @Override
        public void resume() {
            pauses--;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
