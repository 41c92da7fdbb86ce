@NullMarked
package io.inferenceproxy.undertow;

import org.jspecify.annotations.NullMarked;
