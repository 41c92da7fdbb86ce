package io.inferenceproxy.limit;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionStage;

/**
 * Counters that several proxies share, in a place of their own with a clock of its own.
 *
 * <p>Nothing blocks. Requests are carried out in the order in which one thread makes them; stages complete on threads of the
 * place, which must not be held up, or on the caller's.
 */
public interface SharedCounters extends AutoCloseable {

    /** After which time a policy that nobody has said to have is no more. */
    Duration ABSENCE = Duration.ofMinutes(2);

    /** Carries out a request as one: nobody sees half of it, and it costs one round trip. */
    CompletionStage<SharedAnswer> ask(SharedRequest request);

    /** Says that this proxy is there, and hears how many are. */
    CompletionStage<SharedPulse> beat();

    /**
     * Says which policies this proxy has, and hears of those that no proxy has said for {@link #ABSENCE}. Of each of them one
     * proxy hears, once.
     */
    CompletionStage<List<String>> register(Collection<String> policies);

    /** Takes leave of the others, and lets go of the place; a second time does nothing. */
    @Override
    void close();

    /**
     * Opens the counters; waits for them to answer.
     *
     * @throws SharedCountersException when they cannot be reached, or do not let us in
     * @throws IllegalArgumentException when nothing on the class path can open them
     */
    static SharedCounters open(RedisOptions options) {
        return ServiceLoader.load(Provider.class, Provider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "redis.url: nothing can open it (expected: io.inferenceproxy:proxy-redis on the class path)"))
                .open(options);
    }

    /** Opens shared counters; found by {@link ServiceLoader}. */
    interface Provider {
        SharedCounters open(RedisOptions options);
    }
}
