package io.inferenceproxy.testkit;

import io.netty.util.LeakPresenceDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.Optional;

/** Asks Netty's detector for buffers that nobody released; without the detector there is nothing to ask. */
final class BufferLeaks {

    private BufferLeaks() {}

    /** Whether buffers are tracked: {@code -Dio.netty.customResourceLeakDetector=io.netty.util.LeakPresenceDetector}. */
    static boolean areTracked() {
        return ResourceLeakDetectorFactory.instance().newResourceLeakDetector(BufferLeaks.class)
                instanceof LeakPresenceDetector;
    }

    /**
     * What the detector says, if there is a buffer alive at this moment. It tells of each but once, so this is for when all
     * event loops have ended.
     */
    static Optional<String> found() {
        if (!areTracked()) {
            return Optional.empty();
        }
        try {
            LeakPresenceDetector.check();
            return Optional.empty();
        } catch (IllegalStateException alive) {
            return Optional.of("buffers that nobody released: " + alive.getMessage());
        }
    }
}
