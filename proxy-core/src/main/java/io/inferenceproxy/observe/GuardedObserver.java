package io.inferenceproxy.observe;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An observer that throws nothing; the first failure is logged, the others would only fill the log. */
final class GuardedObserver implements CallObserver {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedObserver.class);

    private final CallObserver observer;
    private final AtomicBoolean told = new AtomicBoolean();

    GuardedObserver(CallObserver observer) {
        this.observer = observer;
    }

    @Override
    public void onCall(CallReport report) {
        try {
            observer.onCall(report);
        } catch (Throwable failure) { // what is not declared too: observers need not be written in Java
            tell(failure);
        }
    }

    @Override
    public boolean isListening() {
        try {
            return observer.isListening();
        } catch (Throwable failure) {
            tell(failure);
            return false;
        }
    }

    private void tell(Throwable failure) {
        if (told.compareAndSet(false, true)) {
            LOG.error(
                    "observer {}: failed, which is told this once",
                    observer.getClass().getName(),
                    failure);
        }
    }
}
