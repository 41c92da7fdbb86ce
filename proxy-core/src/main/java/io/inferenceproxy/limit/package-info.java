/**
 * How much a caller may: windows, counted exactly and all together, and the header fields that tell.
 */
@NullMarked
package io.inferenceproxy.limit;

import org.jspecify.annotations.NullMarked;
