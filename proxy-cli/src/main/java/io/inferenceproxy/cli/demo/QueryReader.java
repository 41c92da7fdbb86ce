package io.inferenceproxy.cli.demo;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

/**
 * Turns the body of a request into queries and checks it against the same rules as {@code triage.schema.json}, since the
 * server must stand on its own when it is called without a proxy. Finds all mistakes at once, up to {@value #MOST_DETAILS}.
 */
final class QueryReader {
    private static final int MOST_DETAILS = 20;
    private static final Set<String> MEMBERS = Set.of("symptoms", "age", "top");

    private final TriageModel model;

    QueryReader(TriageModel model) {
        this.model = model;
    }

    QueryReading read(byte[] body) {
        try {
            return read(Json.MAPPER.readTree(body));
        } catch (JacksonException e) {
            TokenStreamLocation place = e.getLocation();
            return new QueryReading.Refused(List.of(
                    place == null
                            ? "body: not JSON"
                            : "body: not JSON, line " + place.getLineNr() + ", column " + place.getColumnNr()));
        }
    }

    private QueryReading read(JsonNode body) {
        List<String> mistakes = new ArrayList<>();
        List<TriageQuery> queries = new ArrayList<>();
        if (!body.isArray()) {
            queries.add(query(body, "", mistakes));
        } else if (body.isEmpty() || body.size() > TriageQuery.MAX_BATCH) {
            mistakes.add("body: " + body.size() + " queries (expected: 1 to " + TriageQuery.MAX_BATCH + ")");
        } else {
            for (int i = 0; i < body.size() && mistakes.size() < MOST_DETAILS; i++) {
                queries.add(query(body.get(i), "[" + i + "].", mistakes));
            }
        }
        if (!mistakes.isEmpty()) {
            return new QueryReading.Refused(mistakes.subList(0, Math.min(mistakes.size(), MOST_DETAILS)));
        }
        return body.isArray() ? new QueryReading.Many(queries) : new QueryReading.One(queries.get(0));
    }

    private TriageQuery query(JsonNode node, String place, List<String> mistakes) {
        if (!node.isObject()) {
            mistakes.add((place.isEmpty() ? "body" : place.substring(0, place.length() - 1)) + ": " + kind(node)
                    + " (expected: an object with symptoms)");
            return new TriageQuery(Set.of(), OptionalInt.empty(), TriageQuery.DEFAULT_TOP);
        }
        for (String member : node.propertyNames()) {
            if (!MEMBERS.contains(member)) {
                mistakes.add(place + SymptomNames.shortened(member) + ": unknown (expected: symptoms, age, top)");
            }
        }
        return new TriageQuery(
                symptoms(node.path("symptoms"), place + "symptoms", mistakes),
                number(node.path("age"), place + "age", 0, TriageQuery.MAX_AGE, mistakes),
                number(node.path("top"), place + "top", 1, TriageQuery.MAX_TOP, mistakes)
                        .orElse(TriageQuery.DEFAULT_TOP));
    }

    private Set<String> symptoms(JsonNode node, String place, List<String> mistakes) {
        Set<String> symptoms = new LinkedHashSet<>();
        if (!node.isArray() || node.isEmpty() || node.size() > TriageQuery.MAX_SYMPTOMS) {
            mistakes.add(place + ": " + (node.isArray() ? node.size() + " items" : kind(node))
                    + " (expected: an array of 1 to " + TriageQuery.MAX_SYMPTOMS + " names)");
            return symptoms;
        }
        for (int i = 0; i < node.size(); i++) {
            JsonNode item = node.get(i);
            String at = place + "[" + i + "]: ";
            if (!item.isString()) {
                mistakes.add(at + kind(item) + " (expected: a name)");
            } else if (!model.knows(item.stringValue())) {
                mistakes.add(at + "\"" + SymptomNames.shortened(item.stringValue()) + "\" is not known (nearest: \""
                        + model.nearestSymptom(item.stringValue()) + "\")");
            } else if (!symptoms.add(item.stringValue())) {
                mistakes.add(at + "\"" + item.stringValue() + "\" is there twice (expected: once)");
            }
        }
        return symptoms;
    }

    private static OptionalInt number(JsonNode node, String place, int least, int most, List<String> mistakes) {
        if (node.isMissingNode()) {
            return OptionalInt.empty();
        }
        if (node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToInt()) {
            int value = node.asInt();
            if (value >= least && value <= most) {
                return OptionalInt.of(value);
            }
            mistakes.add(place + ": " + value + " (expected: " + least + " to " + most + ")");
        } else {
            mistakes.add(place + ": " + kind(node) + " (expected: a whole number, " + least + " to " + most + ")");
        }
        return OptionalInt.empty();
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case MISSING -> "missing";
            case NULL -> "null";
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            default -> "something else";
        };
    }
}
