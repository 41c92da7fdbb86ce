/**
 * HTTP messages as the pipeline sees them, apart from any server: read-only headers, bodies that are read once with
 * back-pressure, requests and responses. JDK only.
 *
 * <ol>
 *   <li>Values here are immutable; {@code with*} gives a changed copy that shares what did not change.
 *   <li>A {@link Body} is read at most once, or cancelled. Whoever gets a {@link Chunk} owns it and releases it once.
 *   <li>Field names are case-insensitive (RFC 9110 section 5.1); their order and spelling are kept.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.http;

import org.jspecify.annotations.NullMarked;
