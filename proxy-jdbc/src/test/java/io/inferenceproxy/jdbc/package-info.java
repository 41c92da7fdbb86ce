@NullMarked
package io.inferenceproxy.jdbc;

import org.jspecify.annotations.NullMarked;
