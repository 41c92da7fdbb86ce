package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.DataSize;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When keys were last used, in a file beside that of the keys, so that it can be written late and lost without harm. */
final class KeyUses {

    private static final Logger LOG = LoggerFactory.getLogger(KeyUses.class);
    private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private final StoreFile file;
    private final RecordLines lines;
    private final Ticker ticker;
    private final Map<String, Instant> pending = new ConcurrentHashMap<>();
    private Map<String, Instant> known = Map.of();
    private StoreFile.Version version = StoreFile.Version.ABSENT;
    private long writtenNanos;

    KeyUses(Path path, DataSize most, Ticker ticker) {
        this.file = new StoreFile(path, "uses of keys", most);
        this.lines = new RecordLines(file, "uses");
        this.ticker = ticker;
        this.writtenNanos = ticker.nanoTime();
    }

    void used(String id, Instant when) {
        pending.merge(id, when, KeyUses::later);
    }

    /** All that is known, here and in the file. */
    synchronized Map<String, Instant> all() {
        Map<String, Instant> all = written();
        pending.forEach((id, when) -> all.merge(id, when, KeyUses::later));
        return all;
    }

    /** Writes what is pending, once a minute. */
    synchronized void writeWhenDue(Set<String> ids) {
        if (ticker.nanoTime() - writtenNanos >= EVERY_NANOS) {
            write(ids);
        }
    }

    /**
     * Writes what is pending.
     *
     * @param ids the keys that there are; of others nothing is kept
     */
    synchronized void write(Set<String> ids) {
        writtenNanos = ticker.nanoTime();
        Map<String, Instant> taken = new HashMap<>();
        pending.keySet().forEach(id -> {
            Instant when = pending.remove(id);
            if (when != null) {
                taken.put(id, when);
            }
        });
        if (taken.isEmpty()) {
            return;
        }
        try {
            file.locked(() -> {
                Map<String, Instant> all = new TreeMap<>(written());
                taken.forEach((id, when) -> all.merge(id, when, KeyUses::later));
                all.keySet().retainAll(ids);
                file.replace(lines.write(all.entrySet().stream()
                        .map(entry -> RecordLines.object()
                                .put("id", entry.getKey())
                                .put("at", entry.getValue().toString()))
                        .toList()));
                return all;
            });
        } catch (IOException failed) {
            LOG.warn("{}: cannot be written, {}", file, failed.toString());
        }
    }

    /** What is in the file, which is read again when it has changed. */
    private Map<String, Instant> written() {
        try {
            StoreFile.Version found = file.exists() ? file.version() : StoreFile.Version.ABSENT;
            if (!found.equals(version)) {
                known = read();
                version = found;
            }
        } catch (IOException gone) {
            LOG.debug("{}: gone", file, gone);
        }
        return new HashMap<>(known);
    }

    private Map<String, Instant> read() {
        Map<String, Instant> uses = new HashMap<>();
        if (file.exists()) {
            try {
                lines.readWhole(
                        file.read(), node -> uses.put(RecordLines.text(node, "id"), RecordLines.instant(node, "at")));
            } catch (IOException | IllegalArgumentException broken) {
                LOG.warn("{}; it begins anew", String.valueOf(broken.getMessage()));
            }
        }
        return uses;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
