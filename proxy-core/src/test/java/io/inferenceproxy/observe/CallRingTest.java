package io.inferenceproxy.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.testing.ManualTicker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallRingTest {

    private final CallRing ring = new CallRing(4);
    private final ManualTicker ticker = new ManualTicker();

    @Test
    void callsComeOutInTheOrderInWhichTheyWentIn() {
        List<CallTrace> traces = put(ring, 3);

        assertThat(look(ring)).containsExactlyElementsOf(traces);
        assertThat(take(ring, 10)).containsExactlyElementsOf(traces);
        assertThat(ring.isEmpty()).isTrue();
    }

    @Test
    void aFullRingTakesNoMoreUntilSomeAreTaken() {
        put(ring, 4);
        assertThat(ring.tryPut(new CallTrace(ticker))).isNegative();

        look(ring);
        assertThat(ring.tryPut(new CallTrace(ticker)))
                .as("looked at is not taken")
                .isNegative();

        take(ring, 1);
        assertThat(ring.tryPut(new CallTrace(ticker))).isEqualTo(4);
        assertThat(ring.tryPut(new CallTrace(ticker))).isNegative();
    }

    @Test
    void onlyWhatWasLookedAtIsTaken() {
        put(ring, 1);
        List<CallTrace> seen = look(ring);
        put(ring, 1);

        assertThat(take(ring, 10)).isEqualTo(seen);
        assertThat(ring.isEmpty()).isFalse();
    }

    @Test
    void aFullRingIsLookedAtOnce() {
        List<CallTrace> traces = put(ring, 4);

        assertThat(look(ring)).isEqualTo(traces);
        assertThat(look(ring)).isEmpty();
    }

    @Test
    void itGoesRoundAndRound() {
        for (int round = 0; round < 1_000; round++) {
            List<CallTrace> traces = put(ring, 3);
            look(ring);

            assertThat(take(ring, 10)).isEqualTo(traces);
        }
    }

    @Test
    void aCapacityThatIsNoPowerOfTwoIsAMistake() {
        assertThatThrownBy(() -> new CallRing(6)).hasMessage("capacity: 6 (expected: a power of two)");
    }

    @Test
    void manyWritersLoseNothingAndKeepTheirOwnOrder() throws Exception {
        int writers = 8;
        int each = 20_000;
        CallRing wide = new CallRing(64);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Future<?>> written = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            String name = Integer.toString(writer);
            written.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    CallTrace trace = new CallTrace(ticker);
                    trace.upstream(name);
                    trace.requestBytes(i);
                    while (wide.tryPut(trace) < 0) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        long[] next = new long[writers];
        for (int taken = 0; taken < writers * each; ) {
            look(wide);
            for (CallTrace trace : take(wide, 16)) {
                assertThat(trace.requestBytes()).isEqualTo(next[Integer.parseInt(trace.upstream())]++);
                taken++;
            }
        }
        for (Future<?> one : written) {
            one.get();
        }
        threads.shutdown();

        assertThat(next).containsOnly(each);
        assertThat(wide.isEmpty()).isTrue();
    }

    private List<CallTrace> put(CallRing into, int count) {
        List<CallTrace> traces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CallTrace trace = new CallTrace(ticker);
            assertThat(into.tryPut(trace)).isNotNegative();
            traces.add(trace);
        }
        return traces;
    }

    private static List<CallTrace> look(CallRing at) {
        List<CallTrace> seen = new ArrayList<>();
        long end = at.tail();
        for (CallTrace trace = at.next(end); trace != null; trace = at.next(end)) {
            seen.add(trace);
        }
        return seen;
    }

    private static List<CallTrace> take(CallRing from, int most) {
        @Nullable CallTrace[] taken = new CallTrace[most];
        int count = from.take(taken);
        List<CallTrace> traces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CallTrace trace = taken[i];
            if (trace != null) {
                traces.add(trace);
            }
        }
        return traces;
    }
}
