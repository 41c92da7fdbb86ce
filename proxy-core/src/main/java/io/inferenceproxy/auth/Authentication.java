package io.inferenceproxy.auth;

import io.inferenceproxy.call.Caller;

/** What an {@link Authenticator} found. */
public sealed interface Authentication {

    /** The credentials are good. */
    record Accepted(Caller.Identified caller) implements Authentication {}

    /**
     * The credentials are good, but not for this.
     *
     * @param caller whose they are
     * @param reason why, for the log
     */
    record NotPermitted(Caller.Identified caller, String reason) implements Authentication {}

    /** There are no credentials. */
    record Missing() implements Authentication {}

    /** There are two different credentials. */
    record Conflicting() implements Authentication {}

    /**
     * The credentials are not good.
     *
     * @param reason why, for the log alone: callers learn only that they were refused
     */
    record Refused(String reason) implements Authentication {}
}
