package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.DataSize;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * API keys in a file, one a line, all of them in memory too. Each change writes the file anew, so it is for as many keys as
 * a few people keep by hand, not for those that a program makes by the hundred thousand.
 *
 * <p>A file that became unreadable or wrong is logged once, and what it held before goes on holding; nothing is written over
 * it.
 */
public final class KeysFile implements KeyStore, WatchedStore {

    private static final Logger LOG = LoggerFactory.getLogger(KeysFile.class);
    private static final DataSize MOST = DataSize.ofMegabytes(64);

    private final StoreFile file;
    private final RecordLines lines;
    private final KeyUses uses;
    private boolean readable = true;
    private volatile Snapshot snapshot = new Snapshot(0, StoreFile.Version.ABSENT, Collections.emptyNavigableMap());

    private KeysFile(Path path, Ticker ticker) {
        this.file = new StoreFile(path, "keys file", MOST);
        this.lines = new RecordLines(file, "keys");
        this.uses = new KeyUses(path.resolveSibling(path.getFileName() + ".used"), MOST, ticker);
    }

    /**
     * Reads the file; as long as there is none there are no keys.
     *
     * @throws IllegalArgumentException when it is wrong
     * @throws IOException when it cannot be read
     */
    public static KeysFile open(Path path, Ticker ticker) throws IOException {
        KeysFile keys = new KeysFile(path, ticker);
        keys.load();
        return keys;
    }

    @Override
    public CompletionStage<Optional<ApiKey>> find(String id) {
        return CompletableFuture.completedFuture(
                Optional.ofNullable(snapshot.keys().get(id)));
    }

    @Override
    public long revision() {
        return snapshot.revision();
    }

    @Override
    public boolean add(ApiKey key) {
        return edit(keys -> keys.putIfAbsent(key.id(), key) == null);
    }

    @Override
    public boolean replace(ApiKey seen, ApiKey next) {
        return edit(keys -> keys.replace(seen.id(), seen, next));
    }

    @Override
    public boolean remove(String id) {
        return edit(keys -> keys.remove(id) != null);
    }

    @Override
    public List<ApiKey> page(String after, int most) {
        refresh();
        return snapshot.keys().tailMap(after, false).values().stream()
                .limit(most)
                .toList();
    }

    @Override
    public void used(String id, Instant when) {
        uses.used(id, when);
    }

    @Override
    public Map<String, Instant> lastUses(Collection<String> ids) {
        Map<String, Instant> all = uses.all();
        all.keySet().retainAll(Set.copyOf(ids));
        return all;
    }

    @Override
    public synchronized boolean refresh() {
        StoreFile.Version found = snapshot.version();
        try {
            found = file.version();
            if (!found.equals(snapshot.version())) {
                load();
                LOG.info("{}: read again, {} keys", file, snapshot.keys().size());
            }
        } catch (NoSuchFileException gone) {
            if (!snapshot.version().equals(StoreFile.Version.ABSENT)) {
                snapshot = snapshot.at(StoreFile.Version.ABSENT);
                LOG.warn("{}: gone; what it held goes on holding", file);
            }
        } catch (IOException | RuntimeException broken) {
            snapshot = snapshot.at(found);
            readable = false;
            LOG.warn("{}; what it held before goes on holding", String.valueOf(broken.getMessage()));
        }
        uses.writeWhenDue(snapshot.keys().keySet());
        return readable;
    }

    @Override
    public void close() {
        uses.write(snapshot.keys().keySet());
    }

    private synchronized boolean edit(Edit edit) {
        try {
            return file.locked(() -> {
                NavigableMap<String, ApiKey> keys = new TreeMap<>(present());
                boolean changed = edit.apply(keys);
                if (changed) {
                    file.replace(lines.write(
                            keys.values().stream().map(KeyRecord::write).toList()));
                }
                if (changed || file.exists()) {
                    publish(file.version(), keys);
                }
                return changed;
            });
        } catch (IOException failed) {
            throw new StoreException(file + ": cannot be changed, " + failed, failed);
        } catch (IllegalArgumentException wrong) {
            throw new StoreException(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** What is in the file: other processes may have changed it a moment ago. */
    private NavigableMap<String, ApiKey> present() throws IOException {
        if (!file.exists()) {
            return new TreeMap<>();
        }
        return readable && file.version().equals(snapshot.version()) ? snapshot.keys() : parse();
    }

    private synchronized void load() throws IOException {
        if (file.exists()) {
            StoreFile.Version found = file.version();
            publish(found, parse());
        }
    }

    private NavigableMap<String, ApiKey> parse() throws IOException {
        NavigableMap<String, ApiKey> keys = new TreeMap<>();
        lines.readWhole(file.read(), node -> {
            ApiKey key = KeyRecord.read(node);
            if (keys.put(key.id(), key) != null) {
                throw new IllegalArgumentException("a key that is there already");
            }
        });
        return keys;
    }

    private void publish(StoreFile.Version version, NavigableMap<String, ApiKey> keys) {
        snapshot = new Snapshot(snapshot.revision() + 1, version, keys);
        readable = true;
    }

    /** Changes the keys in place and says whether it has. */
    private interface Edit {
        boolean apply(NavigableMap<String, ApiKey> keys);
    }

    /** What was read; the map is not changed any more. */
    private record Snapshot(long revision, StoreFile.Version version, NavigableMap<String, ApiKey> keys) {
        Snapshot at(StoreFile.Version other) {
            return new Snapshot(revision, other, keys);
        }
    }
}
