package io.inferenceproxy.limit;

/**
 * Whose counter it is: a hash of 128 bits of what kind of name it is, who vouches for it, and the name itself, as
 * {@link CounterKeys} makes it. A key is as short as that however long the name is, and it does not tell the name.
 *
 * @param high one half, never 0 together with the other
 * @param low the other half
 */
public record CounterKey(long high, long low) {

    /** The key of those who share a counter. */
    static final CounterKey SHARED = new CounterKey(-1, -1);
}
