package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users in a YAML file, which is read again when it changes.
 *
 * <p>Whether it has changed is looked up at most once a second, and only when somebody asks for a user. A file that
 * became unreadable or wrong is logged once, and what it held before goes on holding.
 */
public final class UsersFile implements UserDirectory, WatchedStore {

    static final DataSize MOST = DataSize.ofMegabytes(2);
    private static final Logger LOG = LoggerFactory.getLogger(UsersFile.class);
    private static final long RECHECK_NANOS = Duration.ofSeconds(1).toNanos();

    private final StoreFile file;
    private final Executor workers;
    private final Ticker ticker;
    private final AtomicLong checkedNanos;
    private volatile Map<String, User> users = Map.of();
    private StoreFile.Version version = StoreFile.Version.ABSENT;
    private boolean readable = true;

    private UsersFile(Path path, Executor workers, Ticker ticker) {
        this.file = file(path);
        this.workers = workers;
        this.ticker = ticker;
        this.checkedNanos = new AtomicLong(ticker.nanoTime());
    }

    /**
     * Reads a file that must be there.
     *
     * @param workers where the file is looked at on behalf of I/O threads; may reject
     * @throws IllegalArgumentException when it is wrong
     * @throws IOException when it cannot be read
     */
    public static UsersFile open(Path path, Executor workers, Ticker ticker) throws IOException {
        UsersFile file = new UsersFile(path, workers, ticker);
        file.load(file.file.version());
        return file;
    }

    /** As {@link #open}, but as long as there is no file there are no users. */
    public static UsersFile openOrEmpty(Path path, Executor workers, Ticker ticker) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                ? open(path, workers, ticker)
                : new UsersFile(path, workers, ticker);
    }

    @Override
    public Optional<User> user(String name) {
        if (isDue()) {
            refresh();
        }
        return Optional.ofNullable(users.get(name));
    }

    @Override
    public Optional<User> userNow(String name) {
        refresh();
        return Optional.ofNullable(users.get(name));
    }

    @Override
    public boolean isDisabled(String name) {
        if (isDue()) {
            try {
                workers.execute(this::refresh);
            } catch (RejectedExecutionException busy) {
                LOG.debug("no room to look at {}; later", file);
            }
        }
        User user = users.get(name);
        return user != null && !user.enabled();
    }

    @Override
    public List<User> page(String after, int most) {
        refresh();
        return users.values().stream()
                .filter(user -> user.name().compareTo(after) > 0)
                .sorted(Comparator.comparing(User::name))
                .limit(most)
                .toList();
    }

    @Override
    public boolean add(User user) {
        return edit(present -> present.putIfAbsent(user.name(), user) == null);
    }

    @Override
    public Outcome change(User seen, Optional<User> next) {
        Outcome[] outcome = {Outcome.STALE};
        edit(present -> {
            outcome[0] = UserChanges.change(present, seen, next);
            return outcome[0] == Outcome.DONE;
        });
        return outcome[0];
    }

    /** Changes what is in the file now, which another process may have changed a moment ago. */
    private synchronized boolean edit(Predicate<Map<String, User>> change) {
        try {
            return file.locked(() -> {
                Map<String, User> present = new HashMap<>(file.exists() ? read(file) : Map.of());
                boolean changed = change.test(present);
                if (changed) {
                    file.replace(UsersYaml.write(present.values()));
                }
                if (file.exists()) {
                    load(file.version());
                }
                return changed;
            });
        } catch (IOException failed) {
            throw new StoreException(file + ": cannot be changed, " + failed, failed);
        } catch (IllegalArgumentException wrong) {
            throw new StoreException(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** The file, as all who read or change it see it. */
    static StoreFile file(Path path) {
        return new StoreFile(path, "users file", MOST);
    }

    /** Reads the content of a users file. */
    static Map<String, User> read(StoreFile file) throws IOException {
        byte[] bytes = file.read();
        try {
            return UsersYaml.parse(bytes);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    private boolean isDue() {
        long now = ticker.nanoTime();
        long checked = checkedNanos.get();
        return now - checked >= RECHECK_NANOS && checkedNanos.compareAndSet(checked, now);
    }

    @Override
    public synchronized boolean refresh() {
        StoreFile.Version found = version;
        try {
            found = file.version();
            if (!found.equals(version)) {
                load(found);
                LOG.info("{}: read again, {} users", file, users.size());
            }
        } catch (NoSuchFileException gone) {
            if (!version.equals(StoreFile.Version.ABSENT)) {
                version = StoreFile.Version.ABSENT;
                LOG.warn("{}: gone; what it held goes on holding", file);
            }
        } catch (IOException | RuntimeException broken) {
            version = found;
            readable = false;
            LOG.warn("{}; what it held before goes on holding", String.valueOf(broken.getMessage()));
        }
        return readable;
    }

    private synchronized void load(StoreFile.Version found) throws IOException {
        users = Map.copyOf(read(file));
        version = found;
        readable = true;
    }
}
