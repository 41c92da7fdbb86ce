package io.inferenceproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SseTest {

    @Test
    void readsFieldsOfAnEvent() {
        Sse stream = Sse.parse("id: 7\nevent: error\ndata: one\ndata:two\nretry: 5\n\ndata\n\n");

        assertThat(stream.events())
                .containsExactly(new Sse.Event("error", "one\ntwo", "7"), new Sse.Event("message", "", "7"));
        assertThat(stream.complete()).isTrue();
    }

    @Test
    void takesEveryLineEnd() {
        Sse stream = Sse.parse("\ufeffdata: a\r\n\r\ndata: b\r\rdata: c\n\n");

        assertThat(stream.data()).containsExactly("a", "b", "c");
    }

    @Test
    void keepsCommentsApart() {
        Sse stream = Sse.parse(": ping\n\n:\n");

        assertThat(stream.events()).isEmpty();
        assertThat(stream.comments()).containsExactly(" ping", "");
        assertThat(stream.complete()).isTrue();
    }

    @Test
    void tellsWhatWasNotEnded() {
        Sse stream = Sse.parse("data: a\n\nevent: x\ndata: hal");

        assertThat(stream.data()).containsExactly("a");
        assertThat(stream.remainder()).isEqualTo("event: x\ndata: hal");
        assertThat(stream.complete()).isFalse();
    }

    @Test
    void dispatchesNothingWithoutData() {
        assertThat(Sse.parse("event: x\n\ndata: a\n\n").events()).containsExactly(new Sse.Event("message", "a", ""));
    }
}
