@NullMarked
package io.inferenceproxy.testkit.contract;

import org.jspecify.annotations.NullMarked;
