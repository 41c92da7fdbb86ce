/**
 * The bundled demonstration model: a naive Bayes classifier that maps symptoms to conditions, and the small HTTP server
 * in front of it. It stands for any inference service, and knows nothing of the proxy.
 *
 * <ol>
 *   <li>The model is trained at start from {@code cases.csv}, in well under half a second, and is immutable afterwards.
 *   <li>The cases are synthetic: drawn once, with a fixed seed, from a table written by hand. Nothing here is medical
 *       advice, and every answer says so.
 *   <li>The server listens on the loopback address only and keeps no JVM alive.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.cli.demo;

import org.jspecify.annotations.NullMarked;
