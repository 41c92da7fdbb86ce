package io.inferenceproxy.internal.netty;

import io.netty.channel.Channel;
import java.util.function.Consumer;

/** A connection of a client as its listener sees it, whatever it speaks. All but the first two is called on its event loop. */
interface ClientConnection {

    Channel channel();

    /** Does something with the connection, on its loop. */
    default void run(Consumer<ClientConnection> action) {
        channel().eventLoop().execute(() -> action.accept(this));
    }

    /** A shutdown begins: the client should look for another connection, in its own time. */
    void drain();

    /** No further requests are wanted; a connection between two of them is closed. */
    void closeIfIdle();

    /**
     * No further requests are taken, since the client may make none any more; calls in flight are answered, as long as they
     * are not interrupted. Where nobody knows yet what is spoken, nothing: whoever takes the place is asked anew.
     */
    default void retire() {
        // nothing was taken yet
    }

    /** Calls in flight are ended: the time to drain is over. */
    void interrupt();

    /** Ends it, whatever is under way. */
    void close();
}
