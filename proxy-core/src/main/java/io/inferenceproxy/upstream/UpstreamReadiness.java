package io.inferenceproxy.upstream;

import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is an upstream that can be used: one of its addresses accepts connections.
 *
 * <p>However often it is asked, there is one round of probes at a time, and what it found holds for a second.
 */
public final class UpstreamReadiness {

    private static final long KEPT_NANOS = Duration.ofSeconds(1).toNanos();

    private final Collection<UpstreamGroup> groups;
    private final UpstreamClient client;
    private final Ticker ticker;
    private final AtomicReference<@Nullable Round> latest = new AtomicReference<>();

    public UpstreamReadiness(Collection<UpstreamGroup> groups, UpstreamClient client, Ticker ticker) {
        this.groups = List.copyOf(groups);
        this.client = client;
        this.ticker = ticker;
    }

    /**
     * What was found.
     *
     * @param usable the names of the upstreams that can be used
     * @param unusable the names of the others
     */
    public record Readiness(List<String> usable, List<String> unusable) {

        /** Whether there is an upstream to which calls can go. */
        public boolean isReady() {
            return !usable.isEmpty();
        }
    }

    /** Finds it out, or knows it already; the stage completes on the given thread and never fails. */
    public CompletionStage<Readiness> check(Executor io) {
        Round round = latest.get();
        while (round == null || isStale(round)) {
            Round next = new Round();
            if (latest.compareAndSet(round, next)) {
                start(next);
            }
            round = latest.get();
        }
        return round.found.thenApplyAsync(found -> found, io);
    }

    private boolean isStale(Round round) {
        return round.found.isDone() && ticker.nanoTime() - round.doneNanos >= KEPT_NANOS;
    }

    private void start(Round round) {
        List<CompletableFuture<Boolean>> results = new ArrayList<>();
        for (UpstreamGroup group : groups) {
            results.add(isUsable(group));
        }
        CompletionStage<Void> all = CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new));
        all.whenComplete((nothing, failure) -> {
            List<String> usable = new ArrayList<>();
            List<String> unusable = new ArrayList<>();
            int i = 0;
            for (UpstreamGroup group : groups) {
                (results.get(i++).join() ? usable : unusable).add(group.name());
            }
            round.doneNanos = ticker.nanoTime();
            round.found.complete(new Readiness(List.copyOf(usable), List.copyOf(unusable)));
        });
    }

    private CompletableFuture<Boolean> isUsable(UpstreamGroup group) {
        CompletableFuture<Boolean> usable = CompletableFuture.completedFuture(false);
        for (UpstreamAddress address : group.addresses()) {
            usable = usable.thenCombine(probe(group, address), Boolean::logicalOr);
        }
        return usable;
    }

    private CompletionStage<Boolean> probe(UpstreamGroup group, UpstreamAddress address) {
        return client.probe(address, group.options().connectTimeout()).exceptionally(failure -> false);
    }

    /** One round of probes. */
    private static final class Round {
        private final CompletableFuture<Readiness> found = new CompletableFuture<>();
        private volatile long doneNanos;
    }
}
