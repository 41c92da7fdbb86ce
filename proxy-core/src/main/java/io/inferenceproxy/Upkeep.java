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

    /** Does the chores now and then every second, as long as the scheduler runs; they must not block. Without any, nothing. */
    static void start(Scheduler scheduler, List<Runnable> chores) {
        if (!chores.isEmpty()) {
            scheduler.execute(new Upkeep(scheduler, List.copyOf(chores))::round);
        }
    }

    private void round() {
        try {
            chores.forEach(Runnable::run);
        } finally {
            scheduler.schedule(EVERY, this::round);
        }
    }
}
