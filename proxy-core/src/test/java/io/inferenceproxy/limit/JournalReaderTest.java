package io.inferenceproxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that are so large that they are looked at before memory is taken for them. */
class JournalReaderTest {

    private static final int RECORDS = 100_000;

    @TempDir
    private Path directory;

    private Path path;
    private long end;

    @BeforeEach
    void aLargeBatch() throws IOException {
        path = directory.resolve("journal");
        try (JournalFile file = JournalFile.create(path, CounterKeys.random())) {
            JournalBatch batch = new JournalBatch();
            batch.begin(0);
            for (int i = 0; i < RECORDS; i++) {
                batch.charged(0, i, i, 1, i);
            }
            file.append(batch.finished());
            end = file.size();
        }
    }

    @Test
    void aGoodOneIsRead() throws IOException {
        AtomicInteger records = new AtomicInteger();

        long good = JournalReader.read(path, batch -> records.set(records(batch)));

        assertThat(good).isEqualTo(end).isGreaterThan(1 << 20);
        assertThat(records).hasValue(RECORDS);
    }

    @Test
    void aWrongLengthIsNotBelieved() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(40 << 20);
            file.seek(end);
            file.writeInt(30 << 20);
        }

        assertThat(JournalReader.read(path, batch -> {})).isEqualTo(end);
    }

    private static int records(JournalCursor batch) {
        batch.fixed();
        int records = 0;
        while (batch.hasMore()) {
            batch.kind();
            batch.number();
            batch.fixed();
            batch.fixed();
            batch.number();
            batch.signed();
            records++;
        }
        return records;
    }
}
