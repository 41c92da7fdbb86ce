package io.inferenceproxy.auth;

import java.time.Instant;
import java.util.Optional;

/**
 * Where sessions and revocations are kept. Safe for many threads.
 *
 * <ol>
 *   <li>{@link #revocations} is called for each call on its I/O thread and does not block; the others are called on the
 *       workers and may.
 *   <li>What a change has returned for is kept, whatever happens to the process afterwards, and {@link #revocations} of this
 *       store has it at once.
 *   <li>Of several who turn the same session at once, one succeeds; none does once it has ended.
 *   <li>A store that cannot be asked or written throws a {@link StoreException}.
 * </ol>
 */
public interface SessionStore {

    /** Without sessions: nobody stays signed in, and nothing is revoked. */
    SessionStore NONE = new NoSessions();

    /** All that was revoked, as far as it is known here: an object that is the same as long as nothing changes. */
    Revocations revocations();

    /**
     * Keeps a new session.
     *
     * @param perUser how many the user may have; when there are more, the oldest ends
     */
    void open(Session session, int perUser);

    /** The session with this id, unless it has ended. */
    Optional<Session> session(String id);

    /** Puts a session in the place of the same one as it was seen, unless it has changed since or ended; says whether it has. */
    boolean turn(Session seen, Session next);

    /**
     * Ends a session, whether it is there or not: its tokens are revoked.
     *
     * @param tokensEnd until when a token of it may be good otherwise, as far as the caller knows
     */
    void end(String id, Instant tokensEnd);

    /** Revokes a single token. */
    void revokeToken(String id, Instant expiry);

    /** Revokes all that a user got until now and at that moment, sessions too. */
    void revokeUser(String name, Instant issued);

    /** Revokes all that anyone got until now and at that moment, sessions too. */
    void revokeAll(Instant issued);
}
