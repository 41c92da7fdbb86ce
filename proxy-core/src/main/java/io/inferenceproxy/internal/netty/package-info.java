/**
 * The engine: HTTP/1.1 and HTTP/2 on Netty towards the client, HTTP/1.1 towards the upstream, both on the same event loop. Nobody but the root
 * package sees it, and nobody else sees Netty.
 *
 * <ol>
 *   <li>A connection belongs to one event loop and is touched there only; no lock, no hand-off, nothing that blocks.
 *   <li>Framing fields are made, never copied. A message that breaks the rules is answered 400 and its connection closed, towards
 *       the client; towards the upstream it is a protocol error and the connection is thrown away.
 *   <li>{@link MessageDecoder} is the seam between bytes and messages: {@link ScanningDecoder} is what runs, {@link NettyDecoder}
 *       can be chosen instead. Heads are written by {@link HeadWriter}.
 *   <li>{@link StreamsConnection} is a connection of HTTP/2, on Netty's codec with bounds of ours ({@link StreamCodec}); a
 *       {@link StreamHandler} is one of its streams. What an exchange is stands in {@link Exchange}, for both versions.
 *   <li>Each connection and stream has one timer, armed for the nearest deadline and re-armed when it fires early.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.internal.netty;

import org.jspecify.annotations.NullMarked;
