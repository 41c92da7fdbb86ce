package io.inferenceproxy.auth;

import java.util.concurrent.CompletionStage;

/** Brings the keys of an external issuer, as JSON, from wherever they are. Safe for many threads. */
@FunctionalInterface
interface KeyFetcher {

    /**
     * Asks for the keys (JWKS). Does not block; the stage ends within a bounded time, on any thread but one of I/O.
     *
     * <p>It fails with a {@link Failure} that says what was wrong in words for the log.
     */
    CompletionStage<byte[]> fetch(IssuerOptions issuer);

    /** The keys could not be had; the message names what was asked and quotes nothing of the answer. */
    final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message, null, false, false);
        }
    }
}
