/** An application that embeds the proxy, with an authenticator and a filter of its own. */
@NullMarked
package io.inferenceproxy.examples.embedded;

import org.jspecify.annotations.NullMarked;
