package io.inferenceproxy.upstream;

import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.Headers;

/**
 * What goes to an upstream.
 *
 * @param address where it goes
 * @param method the method
 * @param target path and query, as they stand on the request line
 * @param headers the fields, {@code Host} among them, without those that frame the message
 * @param body the content
 * @param timeouts how long to wait
 * @param repeatable whether it may be sent again over a new connection when a kept one was closed before any answer came
 */
public record UpstreamRequest(
        UpstreamAddress address,
        String method,
        String target,
        Headers headers,
        Body body,
        UpstreamTimeouts timeouts,
        boolean repeatable) {}
