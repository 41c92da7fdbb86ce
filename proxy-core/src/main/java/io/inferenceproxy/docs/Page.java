package io.inferenceproxy.docs;

import io.inferenceproxy.pipeline.ProxyHandler;

/**
 * A built-in page: what answers {@code GET} and {@code HEAD} on one path.
 *
 * @param path the exact path
 * @param handler what answers there
 */
public record Page(String path, ProxyHandler handler) {}
