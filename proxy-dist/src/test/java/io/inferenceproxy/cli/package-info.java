/** Tests of what is shipped, and what makes its pages; in this package to reach the tree of commands. */
@NullMarked
package io.inferenceproxy.cli;

import org.jspecify.annotations.NullMarked;
