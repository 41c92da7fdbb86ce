package io.inferenceproxy.docs;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * An answer of an operation that is no problem.
 *
 * @param status a status, a class of them such as {@code 2XX}, or {@code default}
 * @param description for people
 * @param mediaType of its content; empty when it has none
 * @param schema of its content; an empty object when nothing is known of it
 */
public record Answer(String status, String description, String mediaType, JsonNode schema) {

    /** An answer whose content nobody here knows. */
    public static Answer of(int status, String description, String mediaType) {
        return new Answer(Integer.toString(status), description, mediaType, JsonNodeFactory.instance.objectNode());
    }

    /** An answer with JSON that follows one of the document's own schemas. */
    static Answer json(int status, String description, String component) {
        return new Answer(
                Integer.toString(status),
                description,
                "application/json",
                JsonNodeFactory.instance.objectNode().put("$ref", "#/components/schemas/" + component));
    }
}
