package io.inferenceproxy.auth;

/**
 * Whether a key still counts. What was verified with it holds on to its life, so that remembered tokens end together with
 * the key.
 */
final class KeyLife {

    private volatile boolean over;

    /** The key is no longer one of ours, or of its issuer's. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
