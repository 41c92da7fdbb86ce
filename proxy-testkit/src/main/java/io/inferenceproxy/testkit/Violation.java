package io.inferenceproxy.testkit;

/**
 * One breach of HTTP/1.1 that a peer of a {@link ScriptedUpstream} committed.
 *
 * @param connection the number of the connection, from 1
 * @param what what was wrong, with the offending text
 * @param received the raw bytes of the message up to the breach
 */
public record Violation(int connection, String what, Bytes received) {}
