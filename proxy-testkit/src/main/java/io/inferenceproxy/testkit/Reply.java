package io.inferenceproxy.testkit;

import java.io.IOException;

/**
 * What a {@link ScriptedUpstream} does with one request.
 *
 * <p>Ready ones: {@link Answer} (an ordinary answer, with delays if wanted), {@link Raw} (these bytes, verbatim),
 * {@link Fault} (everything a bad server does), {@link ScriptedStream} (the test speaks line by line),
 * {@link HeldBody} (does not read the body until told) and {@link #echo()}. A lambda over the {@link Exchange} is one, too.
 *
 * <p>A reply that is given to several paths or requests is played by several threads at once.
 */
@FunctionalInterface
public interface Reply {

    /** Says in JSON what was received: method, target, headers in order, length, digest and content of the body. */
    static Reply echo() {
        return Echo.REPLY;
    }

    /**
     * Plays this reply. When it returns without {@link Exchange#end}, the connection serves the next request.
     *
     * @throws IOException when the connection breaks; it is then closed
     * @throws InterruptedException when the upstream is closed meanwhile
     */
    void play(Exchange exchange) throws IOException, InterruptedException;

    /** Whether the request body is received before this reply is played; true unless a reply says otherwise. */
    default boolean awaitsBody() {
        return true;
    }
}
