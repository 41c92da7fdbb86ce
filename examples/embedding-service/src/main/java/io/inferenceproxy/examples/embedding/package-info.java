/** A sentence embedding model over HTTP. */
@NullMarked
package io.inferenceproxy.examples.embedding;

import org.jspecify.annotations.NullMarked;
