package io.inferenceproxy.auth;

import io.inferenceproxy.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Sessions and revocations of one process, which end with it. */
public final class SessionsInMemory implements SessionStore {

    private static final long TIDY_EVERY_NANOS = Duration.ofMinutes(10).toNanos();

    private final Ticker ticker;
    private SessionState state = new SessionState();
    private long tidiedNanos;
    private volatile Revocations revocations = Revocations.NONE;

    public SessionsInMemory(Ticker ticker) {
        this.ticker = ticker;
        this.tidiedNanos = ticker.nanoTime();
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

    private synchronized boolean commit(Function<SessionState, List<SessionChange>> decision) {
        tidy();
        List<SessionChange> changes = decision.apply(state);
        changes.forEach(state::apply);
        if (changes.stream().anyMatch(change -> !(change instanceof SessionChange.Put))) {
            revocations = state.revocations();
        }
        return !changes.isEmpty();
    }

    /** Forgets what has ended by itself. */
    private void tidy() {
        if (ticker.nanoTime() - tidiedNanos >= TIDY_EVERY_NANOS) {
            tidiedNanos = ticker.nanoTime();
            SessionState fresh = new SessionState();
            state.essence(ticker.now()).forEach(fresh::apply);
            state = fresh;
        }
    }
}
