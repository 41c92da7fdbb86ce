/** Tools for tests of what is built on the proxy. */
@NullMarked
package io.inferenceproxy.testkit;

import org.jspecify.annotations.NullMarked;
