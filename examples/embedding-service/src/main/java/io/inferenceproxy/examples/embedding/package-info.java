/**
 * A small real inference service to put a proxy in front of: the sentence model all-MiniLM-L6-v2 (quantised) behind
 * the JDK's own HTTP server, in the OpenAI dialect and in a plain one.
 *
 * <ol>
 *   <li>Every number that it answers comes from the model or its tokenizer; nothing is canned.
 *   <li>It listens on loopback only and knows no callers: signing in and limits are the proxy's part.
 *   <li>The size of a body, the number of texts in it, the open connections and the threads are bounded.
 *   <li>It is silent towards the network: the tokenizer library is told to stay offline.
 * </ol>
 */
@NullMarked
package io.inferenceproxy.examples.embedding;

import org.jspecify.annotations.NullMarked;
