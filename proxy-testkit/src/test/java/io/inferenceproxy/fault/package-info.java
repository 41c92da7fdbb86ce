/** A real proxy on loopback under bad upstreams, bad clients, shutdowns and load: whatever happens, nothing is left held. */
@NullMarked
package io.inferenceproxy.fault;

import org.jspecify.annotations.NullMarked;
