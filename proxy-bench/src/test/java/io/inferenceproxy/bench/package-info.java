@NullMarked
package io.inferenceproxy.bench;

import org.jspecify.annotations.NullMarked;
