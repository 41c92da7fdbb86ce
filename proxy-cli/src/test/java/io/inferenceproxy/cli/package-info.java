@NullMarked
package io.inferenceproxy.cli;

import org.jspecify.annotations.NullMarked;
