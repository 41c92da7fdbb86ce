/** Fixtures of core's own tests: calls without a socket, time that stands still. */
@NullMarked
package io.inferenceproxy.testing;

import org.jspecify.annotations.NullMarked;
