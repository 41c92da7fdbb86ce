/**
 * Heads of HTTP/1.1, from bytes to what they mean, strict by RFC 9110 and RFC 9112: the part of the data path that walks over
 * bytes. It knows arrays and nothing of sockets or buffers.
 *
 * <ol>
 *   <li>{@link HeadScanner} walks a head once and keeps where things stand; {@link FieldLines} is the view of that which
 *       policies see, and from which lines are copied as they came.
 *   <li>{@link RequestHead} and {@link ResponseHead} judge: framing, host, version, target. They judge the same way what
 *       another decoder took apart.
 *   <li>{@link ChunkExtension} is the one part of a body that is read here, since it is text by a grammar too.
 *   <li>Refusals are values; nothing here throws for what a peer sends.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.internal.http1;

import org.jspecify.annotations.NullMarked;
