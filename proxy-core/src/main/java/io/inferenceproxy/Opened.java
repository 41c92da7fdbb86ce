package io.inferenceproxy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** What a start has opened so far: if it fails, all of it is closed again, what was opened last at first. */
final class Opened {

    private final Deque<Runnable> closings = new ArrayDeque<>();

    /** Remembers a thing and how to close it; returns the thing. */
    <T> T add(T thing, Consumer<? super T> close) {
        closings.push(() -> close.accept(thing));
        return thing;
    }

    /** Closes all that is open; what cannot be closed stops nothing, and is told with what made the start fail. */
    void closeAfter(Throwable refused) {
        while (!closings.isEmpty()) {
            try {
                closings.pop().run();
            } catch (RuntimeException | Error surprise) {
                if (surprise != refused) {
                    refused.addSuppressed(surprise);
                }
            }
        }
    }
}
