@NullMarked
package io.inferenceproxy.examples.undertow;

import org.jspecify.annotations.NullMarked;
