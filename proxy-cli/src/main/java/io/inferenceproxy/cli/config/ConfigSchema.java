package io.inferenceproxy.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the JSON Schema (2020-12) of the configuration file, made of the option records; editors complete from it. */
public final class ConfigSchema {

    /** A value may come from elsewhere wherever a value may stand. */
    private static final String REFERENCE = "\\$\\{(env|file):";

    private ConfigSchema() {}

    /** The schema as JSON text. */
    public static String of(Class<? extends Record> type, String title) {
        Shape.Keys shape = Shapes.of(type);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", title);
        schema.putAll(schema(shape, Defaults.complete(shape)));
        return ConfigPrinter.JSON.writeValueAsString(schema) + "\n";
    }

    private static Map<String, Object> schema(Shape shape, @Nullable Object value) {
        Map<String, Object> schema = new LinkedHashMap<>();
        if (shape instanceof Shape.Keys keys) {
            Map<String, Object> byKeys = record(keys, value);
            if (keys.parser().isEmpty()) {
                return byKeys;
            }
            schema.put("anyOf", List.of(byKeys, Map.of("type", "string")));
        } else if (shape instanceof Shape.Named named) {
            schema.put("type", List.of("object", "null"));
            schema.put("additionalProperties", schema(named.value(), Defaults.complete(named.value())));
        } else if (shape instanceof Shape.Items items) {
            boolean oneText = JoinedItems.joins(items.element());
            schema.put("type", oneText ? List.of("array", "string", "null") : List.of("array", "null"));
            schema.put("items", schema(items.element(), null));
        } else {
            scalar((Shape.Scalar) shape, schema);
        }
        return schema;
    }

    private static Map<String, Object> record(Shape.Keys shape, @Nullable Object value) {
        Object base = value == null ? Defaults.complete(shape) : value;
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Shape.Key key : shape.keys()) {
            Object inner = base == null ? null : Defaults.of(key, base);
            Map<String, Object> property = new LinkedHashMap<>();
            if (!key.description().isEmpty()) {
                property.put("description", key.description());
            }
            property.putAll(schema(key.shape(), inner));
            if (inner != null && !(key.shape() instanceof Shape.Keys)) {
                property.put("default", Defaults.plain(key.shape(), inner));
            }
            if (key.optional()) {
                allowEmpty(property);
            }
            properties.put(key.name(), property);
            if (key.required()) {
                required.add(key.name());
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("object", "null"));
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    /** A key that may be absent may also be there with an empty text. */
    private static void allowEmpty(Map<String, Object> property) {
        Object pattern = property.get("pattern");
        if (pattern != null) {
            property.put("pattern", "^$|" + pattern);
        }
    }

    private static void scalar(Shape.Scalar shape, Map<String, Object> schema) {
        switch (shape.kind()) {
            case BOOLEAN -> typed(schema, "boolean", "^(true|false)$");
            case INTEGER -> typed(schema, "integer", "^[+-]?[0-9]+$");
            case DECIMAL -> typed(schema, "number", "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,2})?$");
            case DURATION -> typed(schema, "integer", "^ *([0-9]+([mM]?[sS]|[mM]|[hH]|[dD])|0) *$");
            case SIZE -> typed(schema, "integer", "^ *[0-9]+ *([bB]|[kKmMgG][bB]?)? *$");
            case CHOICE -> choice(shape, schema);
            default -> schema.put("type", List.of("string", "number", "boolean", "null"));
        }
    }

    private static void choice(Shape.Scalar shape, Map<String, Object> schema) {
        schema.put(
                "anyOf",
                List.of(
                        Map.of("enum", Scalars.choices(shape.type())),
                        Map.of("type", "string", "pattern", REFERENCE),
                        Map.of("type", "null")));
    }

    /** A type of JSON, or a text that reads as one, or that refers to one. */
    private static void typed(Map<String, Object> schema, String type, String pattern) {
        schema.put("type", List.of(type, "string", "null"));
        schema.put("pattern", pattern + "|" + REFERENCE);
    }
}
