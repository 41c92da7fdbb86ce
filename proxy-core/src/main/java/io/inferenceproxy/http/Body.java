package io.inferenceproxy.http;

import java.util.OptionalLong;

/**
 * The content of a message, which comes in chunks as its sender sends it.
 *
 * <ol>
 *   <li>{@link #read} is called at most once, unless the body is repeatable. From then on the sink gets chunks, then exactly one of
 *       {@link BodySink#onEnd()} and {@link BodySink#onFailure}; after {@link #cancel()} it gets nothing more.
 *   <li>{@link #pause()} asks the sender to wait; chunks already on their way still come, at most what one read of a
 *       socket holds.
 *   <li>A body that nobody reads must be cancelled, or what holds it stays held.
 *   <li>All methods may be called from any thread; the sink is called from one thread at a time.
 * </ol>
 */
public interface Body {

    /** How many bytes it will have, where the sender said so. */
    OptionalLong length();

    /** Starts the flow into the sink. */
    void read(BodySink sink);

    /** Asks for a pause, because the sink cannot take more for now. */
    void pause();

    /** Goes on after a pause. */
    void resume();

    /** Gives up: no more is wanted, what has come is released. */
    void cancel();

    /** Whether the body is known to have no bytes. */
    default boolean isEmpty() {
        return length().orElse(-1) == 0;
    }

    /** Whether it can be read again, because all that came of it is still here. */
    default boolean isRepeatable() {
        return false;
    }

    /** Says that it will not be read again: what is kept for that alone can go. */
    default void settle() {
        // nothing is kept for that alone
    }

    /**
     * Shows all of it to a watcher, if it is all here and has not been read; it can then be read as before. The watcher is
     * not told that it is whole: that is what the return value says.
     */
    default boolean tryShow(BodyWatcher watcher) {
        return false;
    }

    static Body empty() {
        return BytesBody.EMPTY;
    }

    /** A body over an array that the caller no longer changes; unlike others it may be read again and again. */
    static Body of(byte[] bytes) {
        return bytes.length == 0 ? BytesBody.EMPTY : new BytesBody(bytes);
    }
}
