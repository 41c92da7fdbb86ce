/** An application with the proxy inside. */
@NullMarked
package io.inferenceproxy.examples.embedded;

import org.jspecify.annotations.NullMarked;
