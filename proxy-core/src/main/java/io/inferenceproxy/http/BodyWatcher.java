package io.inferenceproxy.http;

/** Looks at a body that passes to someone else. It only looks, never throws, and keeps nothing that it is shown. */
public interface BodyWatcher {

    /** A piece passes; it is someone else's, and gone when this returns. */
    void onPiece(Chunk piece);

    /** The body has passed to its end. It is not called where it broke off or was given up. */
    void onWhole();
}
