package io.inferenceproxy.limit;

/** When what the journal has written is forced to the disk: what the end of the process leaves, a loss of power may not. */
public enum JournalFsync {
    /** Each time that something was written. */
    INTERVAL,
    /** When the system finds time. */
    NEVER
}
