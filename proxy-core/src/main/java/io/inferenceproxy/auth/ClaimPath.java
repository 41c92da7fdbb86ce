package io.inferenceproxy.auth;

import io.inferenceproxy.call.Claims;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Finds a claim by its name, or by a path of names with dots, such as {@code realm_access.roles}. */
final class ClaimPath {

    private ClaimPath() {}

    /** Of the claims those of these names, as texts: what is no text, number or truth value says nothing. */
    static Claims kept(JsonNode claims, Set<String> names) {
        if (names.isEmpty()) {
            return Claims.NONE;
        }
        Map<String, List<String>> kept = new LinkedHashMap<>();
        for (String name : names) {
            List<String> texts = new ArrayList<>();
            JsonNode found = find(claims, name);
            if (found.isArray()) {
                found.forEach(element -> add(element, texts));
            } else {
                add(found, texts);
            }
            if (!texts.isEmpty()) {
                kept.put(name, texts);
            }
        }
        return Claims.of(kept);
    }

    private static void add(JsonNode node, List<String> texts) {
        if (node.isString() || node.isNumber() || node.isBoolean()) {
            texts.add(node.asString());
        }
    }

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
