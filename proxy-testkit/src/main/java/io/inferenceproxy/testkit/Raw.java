package io.inferenceproxy.testkit;

import java.io.IOException;

/** A reply of exactly these bytes, verbatim, and then an ending (default: {@link Ending#KEEP_ALIVE}). */
public record Raw(Bytes bytes, Ending ending) implements Reply {

    /** These bytes in ISO-8859-1, then the next request. */
    public static Raw of(String text) {
        return new Raw(Bytes.ofLatin1(text), Ending.KEEP_ALIVE);
    }

    /** With another ending. */
    public Raw withEnding(Ending other) {
        return new Raw(bytes, other);
    }

    @Override
    public void play(Exchange exchange) throws IOException {
        if (ending == Ending.HOLD) {
            exchange.write(bytes);
        } else {
            exchange.writeLast(bytes);
        }
        exchange.end(ending);
    }
}
