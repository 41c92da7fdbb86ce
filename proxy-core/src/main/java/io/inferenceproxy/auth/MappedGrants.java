package io.inferenceproxy.auth;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The roles and scopes of an external issuer's callers: roles only as mapped, scopes that are well-formed.
 *
 * @param rolesClaim where the issuer's groups are
 * @param roles from a group to a role of ours
 * @param scopeClaim where the scopes are; empty for none
 */
record MappedGrants(String rolesClaim, Map<String, String> roles, String scopeClaim) {

    static MappedGrants of(IssuerOptions options) {
        return new MappedGrants(options.roles().claim(), options.roles().map(), options.scopeClaim());
    }

    Set<String> rolesOf(JsonNode claims) {
        Set<String> ours = new HashSet<>();
        if (!roles.isEmpty()) {
            for (String theirs : textsOf(ClaimPath.find(claims, rolesClaim))) {
                String role = roles.get(theirs);
                if (role != null) {
                    ours.add(role);
                }
            }
        }
        return ours;
    }

    Set<String> scopesOf(JsonNode claims) {
        Set<String> scopes = new HashSet<>();
        if (!scopeClaim.isEmpty()) {
            for (String text : textsOf(ClaimPath.find(claims, scopeClaim))) {
                for (String scope : text.split(" ", -1)) {
                    if (AccessRequirement.isScope(scope)) {
                        scopes.add(scope);
                    }
                }
            }
        }
        return scopes;
    }

    /** A text, or the texts of an array; what is neither says nothing. */
    private static List<String> textsOf(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isString()) {
            texts.add(node.stringValue());
        } else if (node.isArray()) {
            node.forEach(element -> {
                if (element.isString()) {
                    texts.add(element.stringValue());
                }
            });
        }
        return texts;
    }
}
