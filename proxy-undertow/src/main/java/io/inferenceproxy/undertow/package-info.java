/** The proxy as an {@code HttpHandler} of Undertow. */
@NullMarked
package io.inferenceproxy.undertow;

import org.jspecify.annotations.NullMarked;
