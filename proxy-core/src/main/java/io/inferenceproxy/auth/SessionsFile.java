package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.DataSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions and revocations in a file, to which each change adds a line that is on the disk before anyone is told of it. A
 * last line without an end was never told of and is written over. When most of the file is past, or it is full, it is written anew.
 *
 * <p>A file that became unreadable or wrong is logged once, and what it held before goes on holding; nothing is written over
 * it.
 */
public final class SessionsFile implements SessionStore, WatchedStore {

    private static final Logger LOG = LoggerFactory.getLogger(SessionsFile.class);
    private static final DataSize MOST = DataSize.ofMegabytes(64);
    private static final DataSize SMALL = DataSize.ofMegabytes(1);
    private static final int OFTEN = 4;

    private final StoreFile file;
    private final RecordLines lines;
    private final Ticker ticker;
    private final long small;
    private final long most;
    private SessionState state = new SessionState();
    private StoreFile.Version version = StoreFile.Version.ABSENT;
    private StoreFile.Version seen = StoreFile.Version.ABSENT;
    private boolean readable = true;
    private long end;
    private long compacted;
    private volatile Revocations revocations = Revocations.NONE;

    private SessionsFile(Path path, Ticker ticker, DataSize small, DataSize most) {
        this.file = new StoreFile(path, "sessions file", most);
        this.lines = new RecordLines(file, "sessions");
        this.ticker = ticker;
        this.small = small.bytes();
        this.most = most.bytes();
    }

    /**
     * Reads the file; as long as there is none there are no sessions.
     *
     * @throws IllegalArgumentException when it is wrong
     * @throws IOException when it cannot be read
     */
    public static SessionsFile open(Path path, Ticker ticker) throws IOException {
        return open(path, ticker, SMALL, MOST);
    }

    /**
     * The same with other bounds.
     *
     * @param small a file up to here is not written anew, unless that is all it may have
     * @param most how much it may have
     */
    static SessionsFile open(Path path, Ticker ticker, DataSize small, DataSize most) throws IOException {
        SessionsFile sessions = new SessionsFile(path, ticker, small, most);
        if (sessions.file.exists()) {
            sessions.load();
        }
        return sessions;
    }

    @Override
    public Revocations revocations() {
        return revocations;
    }

    @Override
    public void open(Session session, int perUser) {
        commit(present -> present.opening(session, perUser));
    }

    @Override
    public synchronized Optional<Session> session(String id) {
        return state.session(id);
    }

    @Override
    public boolean turn(Session seen, Session next) {
        return commit(present -> present.turning(seen, next));
    }

    @Override
    public void end(String id, Instant tokensEnd) {
        commit(present -> present.ending(id, tokensEnd));
    }

    @Override
    public void revokeToken(String id, Instant expiry) {
        commit(present -> List.of(new SessionChange.Token(id, expiry)));
    }

    @Override
    public void revokeUser(String name, Instant issued) {
        commit(present -> List.of(new SessionChange.User(name, issued)));
    }

    @Override
    public void revokeAll(Instant issued) {
        commit(present -> List.of(new SessionChange.All(issued)));
    }

    @Override
    public synchronized boolean refresh() {
        try {
            StoreFile.Version found = file.version();
            if (!found.equals(version) && !found.equals(seen)) {
                seen = found;
                load();
                LOG.info("{}: read again", file);
            }
        } catch (NoSuchFileException gone) {
            if (!version.equals(StoreFile.Version.ABSENT)) {
                version = StoreFile.Version.ABSENT;
                LOG.warn("{}: gone; what it held goes on holding", file);
            }
        } catch (IOException | RuntimeException broken) {
            readable = false;
            LOG.warn("{}; what it held before goes on holding", String.valueOf(broken.getMessage()));
        }
        return readable;
    }

    /** Decides on what is in the file now, which another process may have changed a moment ago. */
    private synchronized boolean commit(Function<SessionState, List<SessionChange>> decision) {
        try {
            return file.locked(() -> {
                boolean present = file.exists();
                if (present
                        && (version.equals(StoreFile.Version.ABSENT)
                                || !file.version().equals(version))) {
                    load();
                }
                List<SessionChange> changes = decision.apply(state);
                if (!changes.isEmpty()) {
                    write(changes, present);
                    publish();
                }
                return !changes.isEmpty();
            });
        } catch (IOException failed) {
            throw new StoreException(file + ": cannot be changed, " + failed, failed);
        } catch (IllegalArgumentException wrong) {
            throw new StoreException(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private void write(List<SessionChange> changes, boolean present) throws IOException {
        ByteArrayOutputStream added = new ByteArrayOutputStream();
        changes.forEach(change -> added.writeBytes(RecordLines.line(SessionRecord.write(change))));
        boolean fits = present && end + added.size() <= most;
        if (fits) {
            file.append(end, added.toByteArray());
            end += added.size();
        }
        version = StoreFile.Version.ABSENT; // if the rest fails, what is in the file is read before the next change
        changes.forEach(state::apply);
        if (!fits || end > Math.max(small, OFTEN * compacted)) {
            writeAnew();
        }
        version = file.version();
    }

    private void writeAnew() throws IOException {
        List<SessionChange> essence = state.essence(ticker.now());
        byte[] content = lines.write(essence.stream().map(SessionRecord::write).toList());
        file.replace(content);
        end = content.length;
        compacted = content.length;
        state = new SessionState();
        essence.forEach(state::apply);
    }

    private void load() throws IOException {
        StoreFile.Version found = file.version();
        SessionState fresh = new SessionState();
        RecordLines.Place place =
                lines.read(file.read(), RecordLines.Place.START, node -> fresh.apply(SessionRecord.read(node)));
        if (place.lines() == 0) {
            throw file.wrong("1: is cut off (expected: a whole line; the file is damaged)");
        }
        state = fresh;
        end = place.offset();
        version = found;
        readable = true;
        publish();
    }

    /** Another object only when something else is revoked, since all remembered tokens are held to a new one. */
    private void publish() {
        Revocations found = state.revocations();
        if (!found.equals(revocations)) {
            revocations = found;
        }
    }
}
