package io.inferenceproxy.docs;

import java.util.List;

/**
 * What the OpenAPI document tells: the API of the proxy as it is configured.
 *
 * @param title of the API, plain text
 * @param version of the API, or of the proxy
 * @param baseUrl how callers reach the proxy, without a trailing slash; empty when it is not known
 * @param problemBase what stands before a problem's slug in its {@code type}
 * @param apiKeys whether callers may sign in with an API key in place of a token
 * @param operations all that is served, the most specific first
 */
public record ApiDescription(
        String title, String version, String baseUrl, String problemBase, boolean apiKeys, List<Operation> operations) {

    public ApiDescription {
        operations = List.copyOf(operations);
    }
}
