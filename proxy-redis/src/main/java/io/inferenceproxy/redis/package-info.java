/**
 * Limits that several proxies share, counted in Redis or Valkey by one script and the server's clock.
 *
 * <p>Put it on the class path and set {@code redis.url}.
 */
@NullMarked
package io.inferenceproxy.redis;

import org.jspecify.annotations.NullMarked;
