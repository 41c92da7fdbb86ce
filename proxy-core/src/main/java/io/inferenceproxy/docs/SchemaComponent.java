package io.inferenceproxy.docs;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON Schema (2020-12) as components of an OpenAPI document: its definitions become components beside it, and its
 * references lead there.
 *
 * <p>{@code $id}, {@code $anchor} and {@code $schema} are resolved and dropped, since in the document they would change
 * what references mean. Only places where a schema may stand are touched, never {@code const}, {@code enum} or examples.
 */
final class SchemaComponent {

    private static final String COMPONENTS = "#/components/schemas/";
    private static final URI ROOT = URI.create("schema:///root");
    private static final Set<String> DEFINITIONS = Set.of("$defs", "definitions");
    private static final Set<String> SINGLE = Set.of(
            "additionalProperties",
            "items",
            "contains",
            "not",
            "if",
            "then",
            "else",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties",
            "contentSchema");
    private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "prefixItems");
    private static final Set<String> MAPS = Set.of("properties", "patternProperties", "dependentSchemas");

    private final ObjectNode components;

    /** Where each schema stands in the document, by its pointer in the original. */
    private final Map<String, String> places = new HashMap<>();

    /** Pointers in the original, by each absolute reference that leads there. */
    private final Map<String, String> targets = new HashMap<>();

    private SchemaComponent(ObjectNode components) {
        this.components = components;
    }

    /**
     * Puts the schema, and its definitions, into the components.
     *
     * @param name of the component; definitions are named after it
     */
    static void embed(JsonNode schema, String name, ObjectNode components) {
        SchemaComponent embedding = new SchemaComponent(components);
        JsonNode copy = schema.deepCopy();
        components.set(name, copy);
        embedding.find(copy, "", name, List.of(new Resource(ROOT, "")));
        embedding.rewrite(copy, "", ROOT);
    }

    /** A schema with an identifier of its own, and the pointer to it: pointers in references start from it. */
    private record Resource(URI id, String pointer) {}

    /** A schema inside another, and the pointer to it from there. */
    private record Child(String pointer, JsonNode schema, String definition) {}

    private void find(JsonNode schema, String pointer, String place, List<Resource> around) {
        places.put(pointer, place);
        List<Resource> resources = around;
        URI base = around.get(around.size() - 1).id();
        URI id = identified(schema, base);
        if (!id.equals(base)) {
            resources = new ArrayList<>(around);
            resources.add(new Resource(id, pointer));
        }
        String anchor = schema.path("$anchor").asString("");
        if (!anchor.isEmpty()) {
            targets.putIfAbsent(id + "#" + anchor, pointer);
        }
        for (Resource resource : resources) {
            targets.putIfAbsent(
                    resource.id() + "#" + pointer.substring(resource.pointer().length()), pointer);
        }
        for (Child child : children(schema)) {
            find(child.schema(), pointer + child.pointer(), placeOf(child, place), resources);
        }
    }

    private String placeOf(Child child, String place) {
        if (child.definition().isEmpty()) {
            return place + child.pointer();
        }
        int end = place.indexOf('/');
        String name = (end < 0 ? place : place.substring(0, end)) + "." + componentName(child.definition());
        String unique = name;
        for (int i = 2; components.has(unique); i++) {
            unique = name + "-" + i;
        }
        components.set(unique, child.schema());
        return unique;
    }

    private void rewrite(JsonNode schema, String pointer, URI base) {
        if (!(schema instanceof ObjectNode object)) {
            return;
        }
        URI id = identified(schema, base);
        for (Child child : children(schema)) {
            rewrite(child.schema(), pointer + child.pointer(), id);
        }
        String reference = schema.path("$ref").asString("");
        if (!reference.isEmpty()) {
            String target = targets.get(absolute(id, reference));
            if (target != null) {
                object.put("$ref", COMPONENTS + fragment(places.getOrDefault(target, "")));
            }
        }
        object.remove(List.of("$id", "$anchor", "$schema", "$defs", "definitions"));
    }

    private static List<Child> children(JsonNode schema) {
        List<Child> children = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            String key = member.getKey();
            JsonNode value = member.getValue();
            if (SINGLE.contains(key)) {
                children.add(new Child("/" + key, value, ""));
            } else if (LISTS.contains(key)) {
                for (int i = 0; i < value.size(); i++) {
                    children.add(new Child("/" + key + "/" + i, value.get(i), ""));
                }
            } else if (MAPS.contains(key) || DEFINITIONS.contains(key)) {
                for (Map.Entry<String, JsonNode> entry : value.properties()) {
                    String token = entry.getKey().replace("~", "~0").replace("/", "~1");
                    String definition = DEFINITIONS.contains(key) ? entry.getKey() : "";
                    children.add(new Child("/" + key + "/" + token, entry.getValue(), definition));
                }
            }
        }
        return children;
    }

    private static URI identified(JsonNode schema, URI base) {
        String id = schema.path("$id").asString("");
        return id.isEmpty() ? base : URI.create(withoutFragment(base.resolve(id).toString()));
    }

    private static String absolute(URI base, String reference) {
        int hash = reference.indexOf('#');
        String resource = hash < 0 ? reference : reference.substring(0, hash);
        String pointer = hash < 0 ? "" : reference.substring(hash + 1);
        return (resource.isEmpty() ? base : base.resolve(resource))
                + "#"
                + URLDecoder.decode(pointer.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String withoutFragment(String uri) {
        int hash = uri.indexOf('#');
        return hash < 0 ? uri : uri.substring(0, hash);
    }

    /** A pointer as a URI fragment (RFC 6901 section 6). */
    private static String fragment(String pointer) {
        StringBuilder fragment = new StringBuilder();
        for (byte b : pointer.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || "-._~/$".indexOf(c) >= 0;
            fragment.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return fragment.toString();
    }

    /** A name that OpenAPI takes for a component. */
    static String componentName(String name) {
        return name.isEmpty() ? "_" : name.replaceAll("[^A-Za-z0-9._-]", "_");
    }
}
