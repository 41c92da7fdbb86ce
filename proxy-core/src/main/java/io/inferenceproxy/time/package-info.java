/**
 * Time as a parameter: the only place that reads the system clock; everyone else is handed a {@link Ticker}.
 */
@NullMarked
package io.inferenceproxy.time;

import org.jspecify.annotations.NullMarked;
