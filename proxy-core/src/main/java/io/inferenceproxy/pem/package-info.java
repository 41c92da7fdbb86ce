/**
 * Certificates and keys as people keep them in files: PEM (RFC 7468), read with the JDK alone.
 *
 * <ol>
 *   <li>A file that cannot be used is an {@link java.lang.IllegalArgumentException}, one that cannot be read an
 *       {@link java.io.UncheckedIOException}; the message begins with the key of the setting and names the file.
 *   <li>No message quotes what stands in a file.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.pem;

import org.jspecify.annotations.NullMarked;
