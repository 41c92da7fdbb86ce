package io.inferenceproxy.auth;

import tools.jackson.databind.JsonNode;

/** Finds a claim by its name, or by a path of names with dots, such as {@code realm_access.roles}. */
final class ClaimPath {

    private ClaimPath() {}

    /** The claim of exactly this name, else what the path leads to; a missing node when there is neither. */
    static JsonNode find(JsonNode claims, String name) {
        JsonNode exact = claims.path(name);
        if (!exact.isMissingNode() || name.indexOf('.') < 0) {
            return exact;
        }
        JsonNode node = claims;
        for (String step : name.split("\\.", -1)) {
            node = node.path(step);
        }
        return node;
    }
}
