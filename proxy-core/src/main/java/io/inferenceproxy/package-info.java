/** The front door of the library. */
@NullMarked
package io.inferenceproxy;

import org.jspecify.annotations.NullMarked;
