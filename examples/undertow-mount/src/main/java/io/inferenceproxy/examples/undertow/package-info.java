/** An Undertow application with the proxy as one of its handlers. */
@NullMarked
package io.inferenceproxy.examples.undertow;

import org.jspecify.annotations.NullMarked;
