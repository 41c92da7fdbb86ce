/** What strangers send, byte for byte, and what must happen: the whole proxy between a raw client and a scripted upstream. */
@NullMarked
package io.inferenceproxy.wire;

import org.jspecify.annotations.NullMarked;
