package io.inferenceproxy.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {

    private final Cancellation cancellation = new Cancellation();
    private final List<Integer> told = new ArrayList<>();

    @Test
    void allWhoListenAreToldOnceInTheirOrder() {
        for (int i = 0; i < 4; i++) {
            int number = i;
            cancellation.onCancel(() -> told.add(number));
        }

        cancellation.cancel();
        cancellation.cancel();

        assertThat(told).containsExactly(0, 1, 2, 3);
        assertThat(cancellation.isCancelled()).isTrue();
    }

    @Test
    void whoComesLateIsToldAtOnce() {
        cancellation.cancel();

        cancellation.onCancel(() -> told.add(1));

        assertThat(told).containsExactly(1);
    }

    @Test
    void whoeverListensWhileItFiresIsToldOnce() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            Cancellation one = new Cancellation();
            AtomicInteger heard = new AtomicInteger();
            Thread cancelling = new Thread(one::cancel);
            cancelling.start();
            for (int i = 0; i < 3; i++) {
                one.onCancel(heard::incrementAndGet);
            }
            cancelling.join();

            assertThat(heard).hasValue(3);
        }
    }

    @Test
    void nobodyIsToldBefore() {
        cancellation.onCancel(() -> told.add(1));

        assertThat(cancellation.isCancelled()).isFalse();
        assertThat(told).isEmpty();
    }
}
