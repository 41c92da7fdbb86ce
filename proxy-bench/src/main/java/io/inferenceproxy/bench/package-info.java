/** Programs that {@code ./proxy-bench/compare} starts: a bare proxy, sources and readers of streams, probes. */
@NullMarked
package io.inferenceproxy.bench;

import org.jspecify.annotations.NullMarked;
