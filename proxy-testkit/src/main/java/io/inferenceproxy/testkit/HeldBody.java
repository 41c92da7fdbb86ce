package io.inferenceproxy.testkit;

import java.io.IOException;
import java.util.Optional;

/**
 * A reply that leaves the request body unread until the test calls {@link #release}; the peer feels back-pressure.
 *
 * <p>About 256 KiB, and what the sockets hold, still get through. A peer that leaves while it is being held back is noticed
 * only after the release.
 */
public final class HeldBody implements Reply {

    private final Reply then;
    private final Monitor monitor = new Monitor();
    private boolean released;

    private HeldBody(Reply then) {
        this.then = then;
    }

    /** Holds the body back, and after the release receives it and replies so. */
    public static HeldBody then(Reply reply) {
        return new HeldBody(reply);
    }

    /** Lets the body in, for this and all further requests. */
    public void release() {
        monitor.change(() -> released = true);
    }

    @Override
    public boolean awaitsBody() {
        return false;
    }

    @Override
    public void play(Exchange exchange) throws IOException, InterruptedException {
        monitor.take(() -> released ? Optional.of(true) : Optional.empty());
        exchange.readBody();
        then.play(exchange);
    }
}
