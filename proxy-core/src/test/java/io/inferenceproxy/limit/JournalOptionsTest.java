package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.units.DataSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalOptionsTest {

    private static final JournalOptions DEFAULT = JournalOptions.DEFAULT;

    @Test
    void hasTheDefaultsThatAreDocumented() {
        assertThat(DEFAULT)
                .isEqualTo(new JournalOptions(
                        true,
                        Optional.empty(),
                        Duration.ofMillis(100),
                        JournalFsync.INTERVAL,
                        DataSize.ofMegabytes(16)));
    }

    @Test
    void isOnWhereThereIsAFileUnlessItIsSwitchedOff() {
        JournalOptions named = DEFAULT.withFile(Path.of("limits.journal"));

        assertThat(named.isOn()).isTrue();
        assertThat(named.withEnabled(false).isOn()).isFalse();
        assertThat(DEFAULT.isOn()).isFalse();
    }

    @Test
    void changesOneThingAtATime() {
        JournalOptions changed = DEFAULT.withEnabled(false)
                .withFile(Path.of("x"))
                .withInterval(Duration.ofSeconds(1))
                .withFsync(JournalFsync.NEVER)
                .withCheckpointSize(DataSize.ofMegabytes(1));

        assertThat(changed)
                .isEqualTo(new JournalOptions(
                        false,
                        Optional.of(Path.of("x")),
                        Duration.ofSeconds(1),
                        JournalFsync.NEVER,
                        DataSize.ofMegabytes(1)));
    }

    @Test
    void refusesWhatIsOutOfBounds() {
        assertThatThrownBy(() -> DEFAULT.withInterval(Duration.ZERO)).hasMessage("interval: 0s (expected: 1ms to 1m)");
        assertThatThrownBy(() -> DEFAULT.withCheckpointSize(DataSize.ofKilobytes(1)))
                .hasMessage("checkpoint-size: 1KB (expected: at least 64KB)");
    }
}
