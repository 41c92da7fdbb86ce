package io.inferenceproxy.validate;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.BaseKeywordValidator;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordType;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The keyword {@code uniqueItems} over a canonical text of each item. Texts have an order, so a hash map of colliding
 * ones becomes a tree; with the nodes themselves, as the validator does it, it becomes a list of square cost.
 */
final class UniqueItems implements Keyword {

    @Override
    public String getValue() {
        return KeywordType.UNIQUE_ITEMS.getValue();
    }

    @Override
    public KeywordValidator newValidator(
            SchemaLocation location, JsonNode value, Schema parent, SchemaContext context) {
        return new Unique(this, value, location, parent, context);
    }

    /** The text that equal values have in common (JSON Schema core, section 4.2.2). */
    static void appendCanonical(StringBuilder text, JsonNode value) {
        if (value.isObject()) {
            text.append('{');
            TreeMap<String, JsonNode> members = new TreeMap<>();
            value.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
            members.forEach((name, member) -> {
                appendText(text, name);
                appendCanonical(text, member);
            });
            text.append('}');
        } else if (value.isArray()) {
            text.append('[');
            value.forEach(item -> appendCanonical(text, item));
            text.append(']');
        } else if (value.isString()) {
            appendText(text, value.stringValue());
        } else if (value.isNumber()) {
            text.append('#').append(value.decimalValue().stripTrailingZeros()).append(';');
        } else {
            text.append(value.asString("null")).append(';');
        }
    }

    /** With its length in front no text can pass for the end of another. */
    private static void appendText(StringBuilder text, String value) {
        text.append('"').append(value.length()).append(':').append(value);
    }

    /** One use of the keyword. */
    private static final class Unique extends BaseKeywordValidator {

        Unique(Keyword keyword, JsonNode value, SchemaLocation location, Schema parent, SchemaContext context) {
            super(keyword, value, location, parent, context);
        }

        @Override
        public void validate(ExecutionContext context, JsonNode node, JsonNode root, NodePath location) {
            if (!getSchemaNode().booleanValue(false) || !node.isArray()) {
                return;
            }
            Set<String> seen = new HashSet<>();
            for (JsonNode item : node) {
                StringBuilder text = new StringBuilder();
                appendCanonical(text, item);
                if (!seen.add(text.toString())) {
                    context.addError(error().instanceNode(node)
                            .instanceLocation(location)
                            .evaluationPath(context.getEvaluationPath())
                            .locale(context.getExecutionConfig().getLocale())
                            .build());
                    return;
                }
            }
        }
    }
}
