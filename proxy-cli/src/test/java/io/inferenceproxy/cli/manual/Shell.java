package io.inferenceproxy.cli.manual;

import java.io.IOException;

/** What runs the commands of a page, one after the other; variables stay. */
interface Shell extends AutoCloseable {

    /** What the command printed to standard output. */
    String run(String command) throws IOException;

    @Override
    default void close() throws IOException {}
}
