/**
 * Small value types that every feature speaks: sizes, durations, windows, networks, secrets; JDK only.
 */
@NullMarked
package io.inferenceproxy.units;

import org.jspecify.annotations.NullMarked;
