package io.inferenceproxy.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {

    private static final String FIELD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void aTraceIsCarriedOnWithASpanOfOurOwn() {
        TraceParent carried = TraceParent.carriedOn(FIELD);

        assertThat(carried.isCarriedOn()).isTrue();
        assertThat(carried.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(carried.parentId()).matches("[0-9a-f]{16}").isNotEqualTo("00f067aa0ba902b7");
        assertThat(carried.flags()).isEqualTo("01");
        assertThat(carried).hasToString("00-4bf92f3577b34da6a3ce929d0e0e4736-" + carried.parentId() + "-01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-"
            })
    void whatIsNotExactlyVersion00StartsATrace(String field) {
        TraceParent started = TraceParent.carriedOn(field);

        assertThat(started.isCarriedOn()).isFalse();
        assertThat(started.toString())
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-02")
                .isNotEqualTo(field);
    }

    @Test
    void aTextMadeOfItIsReadAsTheSameTrace() {
        for (int i = 0; i < 1_000; i++) {
            TraceParent started = TraceParent.started();

            assertThat(TraceParent.carriedOn(started.toString()).traceId()).isEqualTo(started.traceId());
        }
    }

    @Test
    void idsDoNotRepeat() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(RequestId.next());
            ids.add(TraceParent.started().traceId());
        }

        assertThat(ids).hasSize(20_000).allMatch(RequestId::isAcceptable);
    }
}
