package io.inferenceproxy.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The signal, travelling down, that nobody waits for the answer any more. It fires at most once; thread-safe. */
public final class Cancellation {

    private static final Runnable FIRED = () -> {};
    private static final VarHandle LISTENERS;

    static {
        try {
            LISTENERS = MethodHandles.lookup().findVarHandle(Cancellation.class, "listeners", Object.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Nobody, one action, a list of them, or {@link #FIRED}; what stands here is replaced and never changed. */
    @SuppressWarnings("unused") // by its handle
    private volatile @Nullable Object listeners;

    /** Runs the action when the call is cancelled: at once if it is already, at most once, on the cancelling thread. */
    public void onCancel(Runnable action) {
        Object before;
        do {
            before = listeners;
            if (before == FIRED) {
                action.run();
                return;
            }
        } while (!LISTENERS.compareAndSet(this, before, added(before, action)));
    }

    /** Cancels the call. */
    public void cancel() {
        Object registered = LISTENERS.getAndSet(this, FIRED);
        if (registered instanceof Runnable single) {
            single.run(); // which does nothing the second time
        } else if (registered instanceof List<?> many) {
            many.forEach(action -> ((Runnable) action).run());
        }
    }

    public boolean isCancelled() {
        return listeners == FIRED;
    }

    private static Object added(@Nullable Object before, Runnable action) {
        if (before == null) {
            return action;
        }
        if (before instanceof List<?> many) {
            List<Runnable> more = new ArrayList<>(many.size() + 1);
            many.forEach(one -> more.add((Runnable) one));
            more.add(action);
            return more;
        }
        return List.of((Runnable) before, action);
    }
}
