package io.inferenceproxy.route;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.pipeline.ProxyHandler;

/**
 * One line of the {@link RouteTable}: what it matches and who handles it.
 *
 * @param name the route's name, for logs and metrics
 * @param match methods and path
 * @param style how the proxy words its errors here
 * @param handler the route's own chain
 */
public record RouteEntry(String name, RouteMatch match, ApiStyle style, ProxyHandler handler) {}
