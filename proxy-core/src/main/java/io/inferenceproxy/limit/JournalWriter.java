package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what comes through the ring, and now and then a checkpoint: a new file with all counters as they stand, which
 * takes the place of the one that has grown.
 *
 * <p>Each stripe of counters is told under its monitor and so enters the epoch of the checkpoint. What is charged to it from
 * then on says so, and goes into both files until the new one is complete; what was charged before is in the counters already.
 * So no charge is told twice, and none is missing.
 *
 * <p>What cannot be written is kept and tried again. Meanwhile the ring may run full: then charges are missing from the file,
 * until the next checkpoint, which is made as soon as something can be written.
 *
 * <p>It is over 300 lines because a checkpoint and what is charged meanwhile go by the same few numbers, under one monitor.
 */
final class JournalWriter implements ChargeRing.Sink {

    private static final Logger LOG = LoggerFactory.getLogger(LimitJournal.class);
    private static final int MOST_A_BATCH = 1 << 13;
    private static final int LARGE = 1 << 20;
    private static final long FORCED_AT_ONCE = 4 << 20;
    private static final int REST = 10;
    private static final long RETRY_NANOS = Duration.ofSeconds(5).toNanos();

    private final JournalOptions options;
    private final CounterKeys keys;
    private final LimitClock clock;
    private final Ticker ticker;
    private final ChargeRing ring;
    private List<LimitPolicy> policies;
    private int firstNumber;
    private final JournalBatch batch = new JournalBatch();
    private final JournalBatch freshBatch = new JournalBatch();
    private final JournalBatch counters = new JournalBatch();
    private volatile JournalFile file;
    private @Nullable JournalFile fresh;
    private int epoch;
    private int fileEpoch;
    private long checkpointBytes;
    private boolean pending;
    private boolean unnamed;
    private boolean stale;
    private boolean changed;
    private long told;
    private long retryAt;
    private boolean failing;
    private final LongAdder failures = new LongAdder();
    private volatile long writtenAt;

    /**
     * @param file what there is, behind which it goes on
     * @param checkpointBytes how much of it is a checkpoint
     * @param stale whether it holds what is of no use, so that a checkpoint is due
     */
    JournalWriter(
            JournalOptions options,
            CounterKeys keys,
            LimitClock clock,
            Ticker ticker,
            ChargeRing ring,
            List<LimitPolicy> policies,
            JournalFile file,
            long checkpointBytes,
            boolean stale)
            throws IOException {
        this.options = options;
        this.keys = keys;
        this.clock = clock;
        this.ticker = ticker;
        this.ring = ring;
        this.policies = policies;
        this.file = file;
        this.checkpointBytes = checkpointBytes;
        this.stale = stale;
        this.retryAt = ticker.nanoTime();
        this.writtenAt = ticker.nanoTime();
        nameTo(file);
        listen();
    }

    private void listen() {
        for (int i = 0; i < policies.size(); i++) {
            policies.get(i).table().rememberIn(ring.journal(firstNumber + i));
        }
    }

    /**
     * Writes down what other policies are charged from now on, beside what is still on its way of those until now.
     *
     * @param begin has the others take over; no checkpoint is made meanwhile
     */
    synchronized void restart(List<LimitPolicy> others, Runnable begin) {
        int next = firstNumber + policies.size();
        firstNumber = next + others.size() > ChargeRing.MOST_POLICIES ? 0 : next;
        policies = others;
        policies.forEach(policy -> policy.table().stripes().forEach(stripe -> stripe.enter(epoch)));
        listen();
        stale = true; // a checkpoint has no more of those until now
        unnamed = true;
        try {
            drain();
        } catch (IOException failed) {
            failed(failed);
        }
        begin.run();
    }

    /** Says which number stands for which policy from here on. */
    private void nameTo(JournalFile to) throws IOException {
        batch.begin(clock.now());
        for (int i = 0; i < policies.size(); i++) {
            LimitPolicy policy = policies.get(i);
            batch.policy(
                    firstNumber + i,
                    policy.countedAs(),
                    policy.options().kind() == WindowKind.SMOOTH,
                    policy.table().counting().periods());
        }
        to.append(batch.finished());
    }

    /** Writes what there is, and a checkpoint when one is due. */
    synchronized void write() {
        long begun = ticker.nanoTime();
        boolean complete = ring.dropped() == told;
        try {
            drain();
            force(file);
            writtenAt = complete ? begun : writtenAt; // what found no room is in no file before the next checkpoint
            if (failing) {
                failing = false;
                LOG.info("limits journal {}: can be written again", file.path());
            }
        } catch (IOException failed) {
            failed(failed);
        }
        if (!pending && isCheckpointDue(begun)) {
            checkpoint();
        }
    }

    private boolean isCheckpointDue(long now) {
        return now - retryAt >= 0
                && (stale
                        || ring.dropped() != told
                        || file.size() - checkpointBytes
                                > Math.max(options.checkpointSize().bytes(), checkpointBytes));
    }

    private void drain() throws IOException {
        flush(); // what failed before is of the numbers until now
        if (unnamed) {
            nameTo(file);
            unnamed = false;
        }
        JournalFile second = fresh;
        int taken = MOST_A_BATCH;
        while (taken == MOST_A_BATCH) {
            batch.begin(clock.now());
            freshBatch.begin(clock.now());
            taken = ring.drain(MOST_A_BATCH, this);
            pending = !batch.isEmpty();
            flush();
            if (second != null && !freshBatch.isEmpty()) {
                second.append(freshBatch.finished());
            }
        }
    }

    private void flush() throws IOException {
        if (pending) {
            file.append(batch.finished());
            pending = false;
            changed = true;
        }
    }

    @Override
    public void charged(int at, int policy, long high, long low, long amount, long time) {
        if (at - fileEpoch >= 0) {
            batch.charged(policy, high, low, amount, time);
        }
        if (fresh != null && at == epoch) {
            freshBatch.charged(policy, high, low, amount, time);
        }
    }

    @Override
    public void givenBack(int at, int policy, long high, long low, long amount, long chargedAt, long time) {
        if (at - fileEpoch >= 0) {
            batch.givenBack(policy, high, low, amount, chargedAt, time);
        }
        if (fresh != null && at == epoch) {
            freshBatch.givenBack(policy, high, low, amount, chargedAt, time);
        }
    }

    /** Tells all counters anew. */
    synchronized void checkpoint() {
        long begun = ticker.nanoTime();
        long dropped = ring.dropped();
        Path path = file.path();
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        try {
            epoch++;
            JournalFile made = JournalFile.create(beside, keys);
            try {
                nameTo(made);
                fresh = made;
                for (int i = 0; i < policies.size(); i++) {
                    for (CounterStripe stripe : policies.get(i).table().stripes()) {
                        tell(stripe, firstNumber + i, made);
                        drain();
                    }
                }
                force(made);
                Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                forceDirectory(path);
            } catch (IOException | RuntimeException failed) {
                made.close();
                Files.deleteIfExists(beside);
                throw failed;
            } finally {
                fresh = null;
                counters.shrink(LARGE);
            }
            JournalFile before = file;
            file = made.at(path);
            fileEpoch = epoch;
            checkpointBytes = made.size();
            told = dropped;
            stale = false;
            unnamed = false;
            changed = false;
            writtenAt = begun;
            long now = ticker.nanoTime();
            retryAt = now + REST * (now - begun); // where even these are too slow, they must not be all there is
            before.close();
        } catch (IOException failed) {
            failures.increment();
            retryAt = ticker.nanoTime() + RETRY_NANOS;
            LOG.warn(
                    "limits journal {}: no checkpoint could be made, {}; it grows until one can",
                    path,
                    failed.toString());
        }
    }

    private void tell(CounterStripe stripe, int policy, JournalFile made) throws IOException {
        synchronized (stripe) {
            stripe.arrive();
            stripe.enter(epoch);
            counters.begin(clock.now());
            counters.countersOf(policy);
            stripe.forEach(counters);
        }
        if (!counters.isEmpty()) {
            made.append(counters.finished());
            if (made.unforced() > FORCED_AT_ONCE) {
                force(made); // all at the end would take so long that the ring runs full
            }
        }
    }

    private void force(JournalFile written) throws IOException {
        if (options.fsync() == JournalFsync.INTERVAL) {
            written.force();
        }
    }

    /** So that the new name outlives a loss of power; not every system can. */
    private void forceDirectory(Path path) {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null && options.fsync() == JournalFsync.INTERVAL) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (IOException cannot) {
                LOG.debug("the directory of the limits journal cannot be forced to the disk", cannot);
            }
        }
    }

    private void failed(IOException failure) {
        failures.increment();
        if (!failing) {
            failing = true;
            LOG.error(
                    "limits journal {}: cannot be written, {}; calls go on, and a restart would forget what they are"
                            + " charged from now on",
                    file.path(),
                    failure.toString());
        }
    }

    /** Writes what there is and a last checkpoint, so that the next start has little to read. */
    synchronized void close() {
        write();
        if (!pending && changed) {
            checkpoint();
        }
        try {
            file.close();
        } catch (IOException failed) {
            failed(failed);
        }
    }

    long size() {
        return file.size();
    }

    long failures() {
        return failures.sum();
    }

    /** How long ago all that had been charged until then was written. */
    Duration age() {
        return Duration.ofNanos(Math.max(0, ticker.nanoTime() - writtenAt));
    }
}
