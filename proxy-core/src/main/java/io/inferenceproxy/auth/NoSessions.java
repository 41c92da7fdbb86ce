package io.inferenceproxy.auth;

import java.time.Instant;
import java.util.Optional;

/** The store without sessions. */
final class NoSessions implements SessionStore {

    @Override
    public Revocations revocations() {
        return Revocations.NONE;
    }

    @Override
    public void open(Session session, int perUser) {
        // nobody will find it
    }

    @Override
    public Optional<Session> session(String id) {
        return Optional.empty();
    }

    @Override
    public boolean turn(Session seen, Session next) {
        return false;
    }

    @Override
    public void end(String id, Instant tokensEnd) {
        throw unkept();
    }

    @Override
    public void revokeToken(String id, Instant expiry) {
        throw unkept();
    }

    @Override
    public void revokeUser(String name, Instant issued) {
        throw unkept();
    }

    @Override
    public void revokeAll(Instant issued) {
        throw unkept();
    }

    private static UnsupportedOperationException unkept() {
        return new UnsupportedOperationException("no revocations are kept here");
    }
}
