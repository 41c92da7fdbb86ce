package io.inferenceproxy.examples.embedding;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads the texts of a request. */
final class Texts {

    private Texts() {}

    /**
     * Reads a list of texts.
     *
     * @throws Refusal if the field is not an array of 1 to {@code max} strings
     */
    static List<String> listIn(JsonNode body, String field, int max) throws Refusal {
        return list(body.path(field), field, max, "an array of strings");
    }

    /**
     * Reads a single text or a list of them, as the OpenAI API takes them.
     *
     * @throws Refusal if the field is neither a string nor an array of 1 to {@code max} strings
     */
    static List<String> oneOrMoreIn(JsonNode body, String field, int max) throws Refusal {
        JsonNode node = body.path(field);
        return node.isString()
                ? List.of(node.stringValue())
                : list(node, field, max, "a string or an array of strings");
    }

    private static List<String> list(JsonNode node, String field, int max, String expected) throws Refusal {
        if (!node.isArray()) {
            String found = node.isMissingNode() ? "missing" : "a JSON " + nameOf(node);
            throw Refusal.badField(field, "%s (expected: %s)".formatted(found, expected));
        }
        if (node.isEmpty() || node.size() > max) {
            throw Refusal.badField(field, "%d texts (expected: 1 to %d)".formatted(node.size(), max));
        }
        List<String> texts = new ArrayList<>(node.size());
        for (JsonNode element : node.values()) {
            if (!element.isString()) {
                throw Refusal.badField(
                        field, "element %d is a JSON %s (expected: a string)".formatted(texts.size(), nameOf(element)));
            }
            texts.add(element.stringValue());
        }
        return texts;
    }

    private static String nameOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case NUMBER -> "number";
            case STRING -> "string";
            default -> "object";
        };
    }
}
