package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FairQueueTest {

    private final HeldWorkers workers = new HeldWorkers(100);
    private final FairQueue queue = new FairQueue(workers, 1, 6);
    private final List<String> ran = new ArrayList<>();
    private final List<String> turnedAway = new ArrayList<>();
    private final Map<String, Runnable> unanswered = new LinkedHashMap<>();

    @Test
    void ownersTakeTurns() {
        submit("a", "a1", "a2", "a3");
        submit("b", "b1", "b2");
        submit("c", "c1");

        runAndAnswerAll();

        assertThat(ran).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
        assertThat(turnedAway).isEmpty();
    }

    @Test
    void theNextOfAnOwnerBeginsWhenTheOneBeforeHasBeenAnsweredAndOthersGoOnMeanwhile() {
        submit("a", "a1", "a2");
        submit("b", "b1");
        workers.runAll();
        assertThat(ran).containsExactly("a1", "b1");

        answer("a1");
        workers.runAll();

        assertThat(ran).containsExactly("a1", "b1", "a2");
    }

    @Test
    void twoAnswersForOneAreOne() {
        submit("a", "a1", "a2", "a3");
        workers.runAll();
        Runnable first = Objects.requireNonNull(unanswered.get("a1"));
        first.run();
        workers.runAll();
        first.run();
        workers.runAll();

        assertThat(ran).containsExactly("a1", "a2");
    }

    @Test
    void fewRunAtATime() {
        FairQueue two = new FairQueue(workers, 2, 6);
        for (String owner : List.of("a", "b", "c")) {
            two.submit(owner, task(owner));
        }

        assertThat(workers.waiting()).isEqualTo(2);
        workers.runAll();
        assertThat(ran).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void anOwnerMayHaveAllPlacesWhileNobodyElseComes() {
        submit("a", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8");

        assertThat(turnedAway).containsExactly("a8");
        runAndAnswerAll();
        assertThat(ran).containsExactly("a1", "a2", "a3", "a4", "a5", "a6", "a7");
    }

    @Test
    void whoComesWhenAllPlacesAreTakenGetsTheLastOfTheOwnerWithTheMost() {
        submit("a", "a1", "a2", "a3", "a4", "a5");
        submit("b", "b1", "b2");

        submit("c", "c1");
        submit("d", "d1");

        assertThat(turnedAway).containsExactly("a5", "a4");
        runAndAnswerAll();
        assertThat(ran).containsExactly("a1", "b1", "c1", "d1", "a2", "b2", "a3");
    }

    @Test
    void noPlaceIsTakenFromWhoWouldThenHaveFewerThanTheOther() {
        submit("a", "a1", "a2", "a3");
        submit("b", "b1", "b2");
        submit("c", "c1", "c2");
        submit("b", "b3");
        submit("d", "d1");

        assertThat(turnedAway).containsExactly("b3", "a3");
        submit("e", "e1");
        assertThat(turnedAway).containsExactly("b3", "a3", "b2");
        submit("f", "f1");
        submit("g", "g1");
        assertThat(turnedAway).containsExactly("b3", "a3", "b2", "c2", "g1");
    }

    @Test
    void whatTheWorkersHaveNoRoomForIsTurnedAwayAndHoldsNobodyUp() {
        HeldWorkers one = new HeldWorkers(1);
        FairQueue crowded = new FairQueue(one, 2, 6);
        crowded.submit("a", task("a1"));
        crowded.submit("b", task("b1"));
        assertThat(turnedAway).containsExactly("b1");

        one.runAll();
        crowded.submit("b", task("b2"));
        one.runAll();

        assertThat(ran).containsExactly("a1", "b2");
    }

    @Test
    void whatWaitsBehindATaskThatFailsRuns() {
        ((Logger) LoggerFactory.getLogger(FairQueue.class)).setLevel(Level.OFF);
        queue.submit("a", new FairQueue.Task() {
            @Override
            public void run(Runnable answered) {
                throw new IllegalStateException("one");
            }

            @Override
            public void turnAway() {
                throw new AssertionError("there is room");
            }
        });
        submit("a", "a2");

        workers.runAll();

        assertThat(ran).containsExactly("a2");
    }

    private void submit(String owner, String... names) {
        for (String name : names) {
            queue.submit(owner, task(name));
        }
    }

    private void answer(String name) {
        Objects.requireNonNull(unanswered.remove(name)).run();
    }

    private void runAndAnswerAll() {
        workers.runAll();
        while (!unanswered.isEmpty()) {
            answer(unanswered.keySet().iterator().next());
            workers.runAll();
        }
    }

    private FairQueue.Task task(String name) {
        return new FairQueue.Task() {
            @Override
            public void run(Runnable answered) {
                ran.add(name);
                unanswered.put(name, answered);
            }

            @Override
            public void turnAway() {
                turnedAway.add(name);
            }
        };
    }
}
