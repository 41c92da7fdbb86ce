package io.inferenceproxy.auth;

import java.time.Instant;

/** Something that happens to sessions; what is kept is all that happened, in order. */
sealed interface SessionChange {

    /** A session is new, or has turned. */
    record Put(Session session) implements SessionChange {}

    /** A session has ended; its tokens are revoked, which need not be known any more from that moment on. */
    record End(String id, Instant until) implements SessionChange {}

    /** A token is revoked, which need not be known any more from that moment on. */
    record Token(String id, Instant until) implements SessionChange {}

    /** What the user got before or at that moment is revoked. */
    record User(String name, Instant issued) implements SessionChange {}

    /** What anyone got before or at that moment is revoked. */
    record All(Instant issued) implements SessionChange {}
}
