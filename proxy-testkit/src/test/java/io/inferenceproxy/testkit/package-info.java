@NullMarked
package io.inferenceproxy.testkit;

import org.jspecify.annotations.NullMarked;
