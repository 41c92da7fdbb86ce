package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ContentCall;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LimitedCallersTest {

    private final LimitedCallers callers = new LimitedCallers();

    @Test
    void thoseRefusedMostAreToldFirstAndStrangersByAddress() {
        callers.refused(ContentCall.by("i", "alice").call());
        callers.refused(ContentCall.json("{}").withAddress("192.0.2.7").call());
        callers.refused(ContentCall.by("i", "alice").call());

        assertThat(callers.top(10))
                .containsExactly(
                        new LimitedCallers.Limited("i", "alice", 2, 0),
                        new LimitedCallers.Limited("", "192.0.2.7", 1, 0));
    }

    @Test
    void whoIsRefusedOftenIsFoundAmongAnyNumberOfOthers() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            String name = i % 50 == 0 ? "often" : "user-" + random.nextInt(10_000);
            callers.refused(ContentCall.by("i", name).call());
        }

        assertThat(callers.top(1)).singleElement().satisfies(first -> {
            assertThat(first.name()).isEqualTo("often");
            assertThat(first.refusals() - first.uncertain()).isLessThanOrEqualTo(400);
            assertThat(first.refusals()).isGreaterThanOrEqualTo(400);
        });
        assertThat(callers.top(1_000)).hasSize(256);
    }
}
