@NullMarked
package io.inferenceproxy.pem;

import org.jspecify.annotations.NullMarked;
