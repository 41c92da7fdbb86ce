package io.inferenceproxy.limit;

import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Durations;
import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether and how what callers were charged outlives the process.
 */
public record JournalOptions(
        @Setting("Whether what callers were charged outlives the process")
        boolean enabled,

        @Setting("File of the journal; serve keeps it in its state directory when none is named")
        Optional<Path> file,

        @Setting("How often it is written: what was charged in that time a kill can take")
        Duration interval,

        @Setting("When it is forced to the disk, to survive a loss of power: interval or never")
        JournalFsync fsync,

        @Setting("How much is written before the counters are written anew and the rest is dropped")
        DataSize checkpointSize) {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** What holds when nothing is configured. */
    public static final JournalOptions DEFAULT = new JournalOptions(
            true, Optional.empty(), Duration.ofMillis(100), JournalFsync.INTERVAL, DataSize.ofMegabytes(16));

    public JournalOptions {
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("interval: " + Durations.format(interval) + " (expected: 1ms to 1m)");
        }
        Require.atLeast(DataSize.ofKilobytes(64), checkpointSize, "checkpoint-size");
    }

    /** Whether there is one. */
    public boolean isOn() {
        return enabled && file.isPresent();
    }

    public JournalOptions withEnabled(boolean enabled) {
        return new JournalOptions(enabled, file, interval, fsync, checkpointSize);
    }

    public JournalOptions withFile(Optional<Path> file) {
        return new JournalOptions(enabled, file, interval, fsync, checkpointSize);
    }

    /** The same with this file. */
    public JournalOptions withFile(Path file) {
        return withFile(Optional.of(file));
    }

    public JournalOptions withInterval(Duration interval) {
        return new JournalOptions(enabled, file, interval, fsync, checkpointSize);
    }

    public JournalOptions withFsync(JournalFsync fsync) {
        return new JournalOptions(enabled, file, interval, fsync, checkpointSize);
    }

    public JournalOptions withCheckpointSize(DataSize checkpointSize) {
        return new JournalOptions(enabled, file, interval, fsync, checkpointSize);
    }
}
