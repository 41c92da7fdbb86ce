package io.inferenceproxy.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.FakeCall;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyCallTest {

    private final ProxyCall call = FakeCall.of("POST", "/api/inference").arrived();
    private final List<String> told = new ArrayList<>();

    @Test
    void theLastRegisteredIsToldOfTheEndFirstAndAllOnce() {
        call.onEnd(end -> told.add("first"));
        call.onEnd(end -> told.add("last"));

        call.end(CallEnd.COMPLETED);
        call.end(CallEnd.CLIENT_GONE);

        assertThat(told).containsExactly("last", "first");
    }

    @Test
    void whoRegistersWhileTheCallEndsIsToldAtOnce() {
        call.onEnd(end -> told.add("first"));
        call.onEnd(end -> call.onEnd(late -> told.add("late")));

        call.end(CallEnd.COMPLETED);

        assertThat(told).containsExactly("late", "first");
    }

    @Test
    void whoComesLateIsToldAtOnce() {
        call.end(CallEnd.BROKEN_OFF);

        call.onEnd(end -> told.add(end.name()));

        assertThat(told).containsExactly("BROKEN_OFF");
    }

    @Test
    void oneThatFailsAtTheEndKeepsNobodyFromGivingBackWhatTheyHold() {
        IllegalStateException surprise = new IllegalStateException("of an embedder");
        call.onEnd(end -> told.add("given back"));
        call.onEnd(end -> {
            throw surprise;
        });

        call.end(CallEnd.COMPLETED);

        assertThat(told).containsExactly("given back");
        assertThat(call.trace().failure()).isSameAs(surprise);
    }

    @Test
    void changesOfTheAnswerAreMadeFromTheInnermostOutwardsAndOnce() {
        call.onAnswer(answer -> answer.withHeader("X-Who", "outer " + answer.status()));
        call.withRoute("inference", ApiStyle.NATIVE)
                .onAnswer(answer -> answer.withHeader("X-Who", "inner").withHeader("X-Inner", "kept"));

        ProxyResponse changed = call.changed(ProxyResponse.empty(204));
        ProxyResponse again = call.changed(ProxyResponse.empty(204));

        assertThat(changed.headers().first("X-Who")).hasValue("outer 204");
        assertThat(changed.headers().first("X-Inner")).hasValue("kept");
        assertThat(again.headers().contains("X-Who")).isFalse();
    }

    @Test
    void anInterruptionIsUsedUp() {
        call.onInterrupt(() -> told.add("interrupted"));

        assertThat(call.tryInterrupt()).isTrue();
        assertThat(call.tryInterrupt()).isFalse();
        assertThat(told).containsExactly("interrupted");
    }

    @Test
    void aCallThatHasEndedIsNotInterrupted() {
        call.onInterrupt(() -> told.add("interrupted"));

        call.end(CallEnd.COMPLETED);

        assertThat(call.tryInterrupt()).isFalse();
        assertThat(told).isEmpty();
    }
}
