package io.inferenceproxy.internal.http1;

/**
 * Reads the heads of one direction of a connection, one after the other: the walk is the scanner's, what it means the
 * reader's.
 *
 * @param <H> the kind of head
 */
public interface HeadReader<H> {

    /** Where the bytes go. */
    HeadScanner scanner();

    /** What a walk that is over came to; afterwards the scanner is ready for the next head. */
    H read(HeadScanner.Outcome outcome);
}
