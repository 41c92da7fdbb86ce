package io.inferenceproxy.validate;

import com.networknt.schema.Error;
import tools.jackson.databind.JsonNode;

/** Says what a schema asks for, from the keyword and its value in the schema: nothing of the content is repeated. */
final class SchemaDetail {

    private static final int LONGEST = 200;

    private SchemaDetail() {}

    static String of(Error error) {
        String keyword = error.getKeyword() == null ? "" : error.getKeyword();
        JsonNode asked = error.getSchemaNode();
        String value = asked == null ? "" : shown(asked);
        return switch (keyword) {
            case "type" -> "must be of type " + value.replace("\"", "");
            case "required" -> "must have the member " + error.getProperty();
            case "dependentRequired" -> "must have the members that go with the others";
            case "additionalProperties", "unevaluatedProperties" -> "is not a member that the schema knows";
            case "additionalItems", "unevaluatedItems" -> "is one item too many";
            case "enum" -> "must be one of " + value;
            case "const" -> "must be " + value;
            case "minimum" -> "must be at least " + value;
            case "maximum" -> "must be at most " + value;
            case "exclusiveMinimum" -> "must be more than " + value;
            case "exclusiveMaximum" -> "must be less than " + value;
            case "multipleOf" -> "must be a multiple of " + value;
            case "minLength" -> "must have at least " + counted(value, "character");
            case "maxLength" -> "must have at most " + counted(value, "character");
            case "minItems" -> "must have at least " + counted(value, "item");
            case "maxItems" -> "must have at most " + counted(value, "item");
            case "minProperties" -> "must have at least " + counted(value, "member");
            case "maxProperties" -> "must have at most " + counted(value, "member");
            case "uniqueItems" -> "must not have an item twice";
            case "contains", "minContains", "maxContains" -> "must have the right number of items of the wanted kind";
            case "pattern" -> "must match the pattern " + value.replaceAll("^\"|\"$", "");
            case "format" -> "must be of the format " + value.replace("\"", "");
            case "propertyNames" -> "has a member whose name is not allowed";
            case "anyOf" -> "must follow at least one of the alternatives";
            case "oneOf" -> "must follow exactly one of the alternatives";
            case "not" -> "must not follow the schema that is excluded";
            case "false" -> "must not be there";
            default -> "does not follow the keyword " + keyword;
        };
    }

    private static String counted(String many, String what) {
        return many + " " + what + (many.equals("1") ? "" : "s");
    }

    private static String shown(JsonNode asked) {
        String text = asked.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
