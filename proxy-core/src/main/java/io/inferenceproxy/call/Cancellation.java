package io.inferenceproxy.call;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The signal, travelling down, that nobody waits for the answer any more. It fires at most once; thread-safe. */
public final class Cancellation {

    private static final Runnable FIRED = () -> {};

    private @Nullable Object listeners;

    /** Runs the action when the call is cancelled: at once if it is already, at most once, on the cancelling thread. */
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (listeners != FIRED) {
                add(action);
                return;
            }
        }
        action.run();
    }

    /** Cancels the call. */
    public void cancel() {
        Object registered;
        synchronized (this) {
            if (listeners == FIRED) {
                return;
            }
            registered = listeners;
            listeners = FIRED;
        }
        if (registered instanceof Runnable single) {
            single.run();
        } else if (registered instanceof List<?> many) {
            many.forEach(action -> ((Runnable) action).run());
        }
    }

    public synchronized boolean isCancelled() {
        return listeners == FIRED;
    }

    private void add(Runnable action) {
        if (listeners == null) {
            listeners = action;
        } else if (listeners instanceof List<?> many) {
            List<Runnable> more = new ArrayList<>(many.size() + 1);
            many.forEach(one -> more.add((Runnable) one));
            more.add(action);
            listeners = more;
        } else {
            listeners = List.of((Runnable) listeners, action);
        }
    }
}
