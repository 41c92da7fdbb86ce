package io.inferenceproxy.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads a socket all the time into a bounded buffer, so that the end of the peer is seen while nobody wants its bytes.
 * While the buffer is full it does not read: the peer then feels back-pressure, and its end is seen later.
 */
final class Pump extends InputStream implements Runnable {

    private static final int CAPACITY = 256 << 10;

    private final InputStream source;
    private final Runnable onEnd;
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] buffer = new byte[8 << 10];
    private int start;
    private int size;
    private boolean ended;
    private boolean abandoned;
    private Optional<PeerEnd> peerEnd = Optional.empty();

    /** {@code onEnd} runs once, on the pumping thread, when nothing more can come, for whatever reason. */
    Pump(InputStream source, Runnable onEnd) {
        this.source = source;
        this.onEnd = onEnd;
    }

    @Override
    public void run() {
        byte[] chunk = new byte[16 << 10];
        PeerEnd how = PeerEnd.CLOSED;
        try {
            int count = source.read(chunk);
            while (count >= 0 && put(chunk, count)) {
                count = source.read(chunk);
            }
        } catch (IOException e) {
            how = PeerEnd.RESET;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            ended = true;
            peerEnd = abandoned ? Optional.empty() : Optional.of(how);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        onEnd.run();
    }

    /** Says that this side closes the socket, so that the end which follows is not the peer's. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How the peer ended the connection, if it has. */
    Optional<PeerEnd> peerEnd() {
        lock.lock();
        try {
            return peerEnd;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing more can come; false when the time is over before. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!ended && !abandoned && left > 0) {
                left = changed.awaitNanos(left);
            }
            return ended || abandoned;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        lock.lock();
        try {
            while (size == 0) {
                if (ended || abandoned) {
                    return -1;
                }
                if (!changed.await(1, TimeUnit.HOURS)) {
                    throw new IOException("nothing came for an hour");
                }
            }
            int count = Math.min(length, Math.min(size, buffer.length - start));
            System.arraycopy(buffer, start, target, offset, count);
            start = (start + count) % buffer.length;
            size -= count;
            changed.signalAll();
            return count;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", e);
        } finally {
            lock.unlock();
        }
    }

    private boolean put(byte[] chunk, int count) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (size + count > CAPACITY && !abandoned) {
                changed.await();
            }
            if (size + count > buffer.length) {
                grow(size + count);
            }
            for (int i = 0; i < count; i++) {
                buffer[(start + size + i) % buffer.length] = chunk[i];
            }
            size += count;
            changed.signalAll();
            return !abandoned;
        } finally {
            lock.unlock();
        }
    }

    private void grow(int wanted) {
        byte[] larger = new byte[Math.max(wanted, Math.min(CAPACITY, buffer.length * 2))];
        int first = Math.min(size, buffer.length - start);
        System.arraycopy(buffer, start, larger, 0, first);
        System.arraycopy(buffer, 0, larger, first, size - first);
        buffer = larger;
        start = 0;
    }
}
