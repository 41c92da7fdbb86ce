package io.inferenceproxy.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A lock over some state, and waiting until the state is as wanted. Everything under it sees every change. */
final class Monitor {

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Reads or changes the state, and wakes all who wait. */
    <T> T locked(Supplier<T> change) {
        lock.lock();
        try {
            T result = change.get();
            changed.signalAll();
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Changes the state, and wakes all who wait. */
    void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits as long as it takes; for the threads of an upstream, which are interrupted when it closes. */
    <T> T take(Supplier<Optional<T>> probe) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Optional<T> found = probe.get();
            while (found.isEmpty()) {
                changed.await();
                found = probe.get();
            }
            return found.get();
        } finally {
            lock.unlock();
        }
    }

    /** Waits up to {@code timeout}, then fails the test, saying what was waited for and what there is instead. */
    <T> T await(String what, Duration timeout, Supplier<Optional<T>> probe, Supplier<String> instead) {
        lock.lock();
        try {
            long left = timeout.toNanos();
            Optional<T> found = probe.get();
            while (found.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
                found = probe.get();
            }
            return found.orElseThrow(
                    () -> new AssertionError("waited " + timeout + " for " + what + ", but there is " + instead.get()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        } finally {
            lock.unlock();
        }
    }

    /** Waits likewise for a condition. */
    void awaitTrue(String what, Duration timeout, BooleanSupplier condition, Supplier<String> instead) {
        await(what, timeout, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty(), instead);
    }
}
