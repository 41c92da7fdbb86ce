package io.inferenceproxy.limit;

import io.inferenceproxy.limit.SharedRequest.Verb;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Shared counters that answer what the test says, when it says so. */
final class ScriptedCounters implements SharedCounters {

    /** Thrown where the place of the counters would fail. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** A request, and what will be its answer. */
    record Asked(SharedRequest request, CompletableFuture<SharedAnswer> answer) {

        /** All windows admit it, and have so much left then. */
        void admit(long now, long remaining) {
            answer.complete(new Told(now, true, remaining, 0));
        }

        /** All windows refuse it for so many microseconds. */
        void refuse(long now, long waitMicros) {
            answer.complete(new Told(now, false, 0, waitMicros));
        }

        void fail() {
            answer.completeExceptionally(new Broken());
        }
    }

    private record Told(long now, boolean isDone, long left, long micros) implements SharedAnswer {
        @Override
        public long remaining(int claim) {
            return left;
        }

        @Override
        public long resetMicros(int claim) {
            return 1_000_000;
        }

        @Override
        public long waitMicros(int claim) {
            return micros;
        }
    }

    private final List<Asked> asked = new ArrayList<>();
    private final List<String> registered = new ArrayList<>();
    private List<String> gone = List.of();
    private int replicas = 1;
    private boolean down;
    private boolean atOnce;
    private boolean closed;
    private boolean silent;
    private int downAfter = Integer.MAX_VALUE;
    private int beats;
    private Runnable onAsk = () -> {};

    ScriptedCounters withReplicas(int replicas) {
        this.replicas = replicas;
        return this;
    }

    /** From now on everything fails, or is answered at once. */
    void down(boolean now) {
        down = now;
        atOnce = true;
        downAfter = Integer.MAX_VALUE;
    }

    /** After so many requests more everything fails. */
    void downAfter(int requests) {
        downAfter = requests;
    }

    /** From now on beats are not answered. */
    void silent() {
        silent = true;
    }

    /** Does that whenever something is asked. */
    void onAsk(Runnable task) {
        onAsk = task;
    }

    /** How many beats there were. */
    int beats() {
        return beats;
    }

    /** All that was asked since the last time, but for what was answered at once. */
    List<Asked> asked() {
        List<Asked> since = List.copyOf(asked);
        asked.clear();
        return since;
    }

    /** The only one that was asked since the last time. */
    Asked onlyAsked() {
        List<Asked> since = asked();
        if (since.size() != 1) {
            throw new AssertionError("asked: " + since);
        }
        return since.get(0);
    }

    /** How much was to be done in that way since the last time. */
    long amount(Verb verb) {
        return asked().stream()
                .map(Asked::request)
                .filter(each -> each.verb() == verb)
                .mapToLong(each -> each.claims().get(0).amount())
                .sum();
    }

    /** How much was done in that way, of all that was asked since it was last looked at. */
    long done(Verb verb) {
        return asked.stream()
                .filter(each -> each.request().verb() == verb && !each.answer().isCompletedExceptionally())
                .mapToLong(each -> each.request().claims().get(0).amount())
                .sum();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public CompletionStage<SharedAnswer> ask(SharedRequest request) {
        Asked one = new Asked(request, new CompletableFuture<>());
        asked.add(one);
        onAsk.run();
        down |= downAfter-- <= 0;
        if (down) {
            one.fail();
        } else if (atOnce) {
            one.admit(1, 1);
        }
        return one.answer();
    }

    @Override
    public CompletionStage<SharedPulse> beat() {
        beats++;
        if (silent) {
            return new CompletableFuture<>();
        }
        return down
                ? CompletableFuture.failedFuture(new Broken())
                : CompletableFuture.completedFuture(new SharedPulse(0, replicas, 1, 2));
    }

    @Override
    public CompletionStage<List<String>> register(Collection<String> policies) {
        if (down) {
            return CompletableFuture.failedFuture(new Broken());
        }
        registered.addAll(policies);
        return CompletableFuture.completedFuture(gone);
    }

    /** All policies that were said. */
    List<String> registered() {
        return registered;
    }

    /** These policies nobody has any more. */
    void gone(String... policies) {
        gone = List.of(policies);
    }

    @Override
    public void close() {
        closed = true;
    }
}
