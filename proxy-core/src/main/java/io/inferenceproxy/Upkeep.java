package io.inferenceproxy;

import io.inferenceproxy.time.Scheduler;
import java.time.Duration;
import java.util.List;

/** What must be looked after every second, whether there are calls or not: keys that age, files that change. */
final class Upkeep {

    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Scheduler scheduler;
    private final List<Runnable> chores;

    private Upkeep(Scheduler scheduler, List<Runnable> chores) {
        this.scheduler = scheduler;
        this.chores = chores;
    }

    /**
     * Does the chores every second, as long as the scheduler runs; they must not block. The first time in a second: who only
     * tries whether everything can be opened asks nobody for keys.
     */
    static void start(Scheduler scheduler, List<Runnable> chores) {
        if (!chores.isEmpty()) {
            new Upkeep(scheduler, List.copyOf(chores)).later();
        }
    }

    private void later() {
        scheduler.schedule(EVERY, this::round);
    }

    private void round() {
        try {
            chores.forEach(Runnable::run);
        } finally {
            later();
        }
    }
}
