package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testing.ManualTicker;
import io.inferenceproxy.units.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that ends in the middle, or has a wrong byte, at each of its places: what stands before counts. */
class JournalDamageTest {

    private static final long QUOTA = 100;

    @TempDir
    private Path directory;

    private final ManualTicker ticker = new ManualTicker();
    private final Map<String, LimitPolicyOptions> options =
            Map.of("p", LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll(QUOTA + " per hour")));

    /** How long the file was after each write, and how much was then charged. */
    private final List<Long> sizes = new ArrayList<>();

    private byte[] good = {};

    @BeforeEach
    void aFileOfSomeWrites() throws IOException {
        Path file = directory.resolve("good");
        try (JournalledLimits limits = new JournalledLimits(file, options, ticker)) {
            limits.admitted("alice", 1);
            limits.journal().checkpoint();
            sizes.add(limits.journal().size());
            for (int i = 0; i < 3; i++) {
                limits.admitted("alice", 1);
                limits.journal().write();
                sizes.add(limits.journal().size());
            }
            good = Files.readAllBytes(file);
        }
    }

    /** Opens it, looks what is left, charges once more, and opens it again. */
    private void requireUsed(byte[] content, long expected, String what) throws IOException {
        Path file = Files.write(directory.resolve("damaged"), content);
        try (JournalledLimits limits = new JournalledLimits(file, options, ticker)) {
            assertThat(QUOTA - limits.remaining("alice").get(0)).as(what).isEqualTo(expected);
            limits.admitted("alice", 1);
            limits.journal().write();
        }
        try (JournalledLimits limits = new JournalledLimits(file, options, ticker)) {
            assertThat(QUOTA - limits.remaining("alice").get(0))
                    .as("%s, and went on", what)
                    .isEqualTo(expected + 1);
        }
    }

    /** How much is charged in so much of the file. */
    private long usedIn(int length) {
        return sizes.stream().filter(size -> size <= length).count();
    }

    @Test
    void aTornEndIsCutOff() throws IOException {
        for (int length = 0; length <= good.length; length++) {
            requireUsed(Arrays.copyOf(good, length), usedIn(length), "the first " + length + " bytes");
        }
    }

    @Test
    void aWrongByteEndsIt() throws IOException {
        for (int place = 0; place < good.length; place++) {
            byte[] wrong = good.clone();
            wrong[place] ^= 0x55;
            requireUsed(wrong, place < JournalFile.HEAD ? 0 : usedIn(place), "byte " + place + " wrong");
        }
    }
}
