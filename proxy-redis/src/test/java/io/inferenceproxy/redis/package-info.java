/** Tests with a real Redis. */
@NullMarked
package io.inferenceproxy.redis;

import org.jspecify.annotations.NullMarked;
