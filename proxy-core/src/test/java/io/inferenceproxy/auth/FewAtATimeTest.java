package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FewAtATimeTest {

    @Test
    void runsWhatWaitsBehindATaskThatFails() {
        HeldWorkers held = new HeldWorkers(10);
        FewAtATime door = new FewAtATime(held, 1, 10);
        List<String> ran = new ArrayList<>();
        Logger logger = (Logger) LoggerFactory.getLogger(FewAtATime.class);
        logger.setLevel(Level.OFF);
        door.trySubmit(() -> {
            throw new IllegalStateException("one");
        });
        door.trySubmit(() -> ran.add("two"));

        held.runAll();
        door.trySubmit(() -> ran.add("three"));
        held.runAll();

        assertThat(ran).containsExactly("two", "three");
    }
}
