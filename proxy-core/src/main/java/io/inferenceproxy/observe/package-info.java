/**
 * What an operator sees of the calls: one report a call, from which the access log and the metrics are made.
 */
@NullMarked
package io.inferenceproxy.observe;

import org.jspecify.annotations.NullMarked;
