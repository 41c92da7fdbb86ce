/**
 * The services behind the proxy: which addresses, how many calls at once, what goes there and what comes back, and what their
 * failures become.
 */
@NullMarked
package io.inferenceproxy.upstream;

import org.jspecify.annotations.NullMarked;
