package io.inferenceproxy.audit;

/** Takes what belongs into the audit trail. Called by workers and commands, for it may block; safe for many threads. */
@FunctionalInterface
public interface Auditor extends AutoCloseable {

    /** Keeps nothing. */
    Auditor NONE = event -> {};

    /**
     * Keeps the event.
     *
     * @throws java.io.UncheckedIOException when it cannot be kept
     */
    void record(AuditEvent event);

    /** Whether events are kept at all: what is only found out for them need not be. */
    default boolean isOn() {
        return this != NONE;
    }

    /** Lets go of what it writes to. */
    @Override
    default void close() {
        // nothing is held
    }
}
