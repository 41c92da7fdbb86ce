package io.inferenceproxy.http;

/** Where a {@link Body} flows to. */
public interface BodySink {

    /** Takes a piece, and with it the duty to release it. */
    void onChunk(Chunk chunk);

    /** For now nothing more has come: the moment to flush what was written. */
    default void onReadComplete() {}

    /** The body is complete. */
    void onEnd();

    /** The body broke off: what came is not the whole. */
    void onFailure(Throwable cause);
}
