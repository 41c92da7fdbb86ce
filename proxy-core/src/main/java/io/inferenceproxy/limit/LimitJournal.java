package io.inferenceproxy.limit;

import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file in which what callers were charged outlives the process: charges and what was given back, one after the other,
 * and now and then all counters as they stand. A thread of its own writes it.
 *
 * <p>When the process is killed, at most what was charged in the last interval is forgotten; what is written counts after the
 * next start as if there had been none. What is damaged is cut off, with all that stands behind it, and told in the log.
 */
public final class LimitJournal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LimitJournal.class);
    private static final int RING = 1 << 14;
    private static final long LONGEST_END_MILLIS = 5_000;

    private final JournalOptions options;
    private final Path path;
    private final JournalLock lock;
    private final CounterKeys keys;
    private final boolean known;
    private final Ticker ticker;
    private final LimitClock clock;
    private final ChargeRing ring;
    private final Thread thread = new Thread(this::run, "inference-proxy-limits-journal");
    private volatile boolean closing;
    private volatile @Nullable JournalWriter writer;

    private LimitJournal(
            JournalOptions options, Path path, JournalLock lock, Optional<CounterKeys> keys, Ticker ticker) {
        this.options = options;
        this.path = path;
        this.lock = lock;
        this.known = keys.isPresent();
        this.keys = keys.orElseGet(CounterKeys::random);
        this.ticker = ticker;
        this.clock = new LimitClock(ticker);
        this.ring = new ChargeRing(RING, () -> LockSupport.unpark(thread));
        thread.setDaemon(true);
    }

    /**
     * Takes the file, which need not be there; empty when the options want none.
     *
     * @throws UncheckedIOException when it cannot be used, or another proxy uses it
     */
    public static Optional<LimitJournal> open(JournalOptions options, Ticker ticker) {
        if (!options.isOn()) {
            return Optional.empty();
        }
        Path path = options.file().get();
        try {
            JournalLock lock = JournalLock.take(path);
            try {
                return Optional.of(new LimitJournal(options, path, lock, keysOf(path), ticker));
            } catch (IOException | RuntimeException unusable) {
                lock.close();
                throw unusable;
            }
        } catch (IOException unusable) {
            throw unusable(path, unusable);
        }
    }

    private static UncheckedIOException unusable(Path path, IOException failure) {
        FileSystemException told = failure instanceof FileSystemException known
                ? known
                : new FileSystemException(path.toString(), null, failure.getMessage());
        String reason = told.getReason() == null ? told.getClass().getSimpleName() : told.getReason();
        return new UncheckedIOException("limits-journal.file: " + path + " cannot be used, " + reason, told);
    }

    /** Without a seed nobody knows whose charges these were; the file is kept, since it may be none of ours. */
    private static Optional<CounterKeys> keysOf(Path path) throws IOException {
        if (!Files.exists(path) || Files.size(path) == 0) {
            return Optional.empty();
        }
        Optional<CounterKeys> keys = JournalReader.keys(path);
        if (keys.isEmpty()) {
            Path aside = path.resolveSibling(path.getFileName() + ".unreadable");
            Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.warn(
                    "limits journal {}: its head cannot be read, so all counts begin anew; it is kept as {}",
                    path,
                    aside);
        }
        return keys;
    }

    CounterKeys keys() {
        return keys;
    }

    LimitClock clock() {
        return clock;
    }

    /** Charges the policies with what it has of them, and listens to them from now on. */
    void restore(List<LimitPolicy> policies) {
        try {
            writer = known ? replayed(policies) : writer(policies, JournalFile.create(path, keys), 0, false);
        } catch (IOException failed) {
            throw unusable(path, failed);
        }
    }

    /**
     * Listens to other policies from now on, which have nothing charged, or take over what others had.
     *
     * @param begin has them take over; what they are charged from then on is remembered
     */
    void restart(List<LimitPolicy> policies, Runnable begin) {
        JournalWriter current = writer;
        if (current == null) {
            throw new IllegalStateException("the journal has not begun");
        }
        current.restart(policies, begin);
    }

    private JournalWriter replayed(List<LimitPolicy> policies) throws IOException {
        JournalReplay replay = new JournalReplay(policies, clock.now());
        long end = JournalReader.read(path, replay);
        replay.finish();
        long cut = Files.size(path) - end;
        if (cut > 0) {
            LOG.warn(
                    "limits journal {}: {} bytes are torn or damaged and were cut off, {} bytes before them are good",
                    path,
                    cut,
                    end);
        }
        for (String name : replay.forgotten()) {
            LOG.warn(
                    "limits journal {}: the policy {} is no more, or counts in another manner; what it had counted is"
                            + " forgotten",
                    path,
                    name);
        }
        boolean stale = cut > 0 || !replay.forgotten().isEmpty();
        return writer(policies, JournalFile.continued(path, end), replay.counterBytes(), stale);
    }

    private JournalWriter writer(List<LimitPolicy> policies, JournalFile file, long checkpointBytes, boolean stale)
            throws IOException {
        try {
            return new JournalWriter(options, keys, clock, ticker, ring, policies, file, checkpointBytes, stale);
        } catch (IOException failed) {
            file.close();
            throw failed;
        }
    }

    /** Begins to write. */
    public void start() {
        thread.start();
    }

    private void run() {
        long interval = options.interval().toNanos();
        long tookNanos = 0;
        while (!closing) {
            // What the disk took of the interval is part of it, so that a round begins with each, or with the end of
            // the last.
            LockSupport.parkNanos(this, Math.max(1, interval - tookNanos));
            long begunNanos = ticker.nanoTime();
            try {
                write();
            } catch (RuntimeException surprise) {
                LOG.error("the limits journal could not be written", surprise);
            }
            tookNanos = ticker.nanoTime() - begunNanos;
        }
    }

    /** Writes what was charged until now. */
    void write() {
        JournalWriter current = writer;
        if (current != null) {
            current.write();
        }
    }

    /** Tells all counters anew. */
    void checkpoint() {
        JournalWriter current = writer;
        if (current != null) {
            current.checkpoint();
        }
    }

    /** Bytes of the file. */
    public long size() {
        JournalWriter current = writer;
        return current == null ? 0 : current.size();
    }

    /** Charges that found no room on their way into the file; a checkpoint makes up for them. */
    public long dropped() {
        return ring.dropped();
    }

    /** How often it could not be written. */
    public long failures() {
        JournalWriter current = writer;
        return current == null ? 0 : current.failures();
    }

    /** How much of the past a kill could take now. */
    public Duration age() {
        JournalWriter current = writer;
        return current == null ? Duration.ZERO : current.age();
    }

    /** Writes a last checkpoint and lets go of the file; after the last call. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = Thread.interrupted(); // else nothing more could be written
        try (lock) {
            thread.join(LONGEST_END_MILLIS);
            JournalWriter current = writer;
            if (current != null) {
                current.close();
            }
        } catch (InterruptedException hurried) {
            interrupted = true;
        } catch (IOException harmless) {
            LOG.debug("the limits journal could not be closed", harmless);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
