package io.inferenceproxy.validate;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.MessageSourceError;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.format.Format;
import com.networknt.schema.keyword.FormatValidator;
import com.networknt.schema.path.NodePath;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * A format for texts of a length that it can have: some check in more than linear time, and no address, name or date is
 * that long. What it looks at is spent of the {@link StepBudget}.
 *
 * @param format what checks the texts that are not too long
 */
record BoundedFormat(Format format) implements Format {

    private static final int LONGEST = 2_048;
    private static final int LONGEST_HOST = 253;
    private static final int STEPS_PER_CHAR = 4;

    @Override
    public String getName() {
        return format.getName();
    }

    @Override
    public String getMessageKey() {
        return format.getMessageKey();
    }

    /** Only asked for a text that is too long. */
    @Override
    public boolean matches(ExecutionContext context, SchemaContext schema, String value) {
        return value.length() <= longest() && format.matches(context, schema, value);
    }

    @Override
    public void validate(
            ExecutionContext context,
            SchemaContext schema,
            JsonNode node,
            JsonNode root,
            NodePath location,
            boolean asserted,
            Supplier<MessageSourceError.Builder> error,
            FormatValidator validator) {
        int length = node.isString() ? node.stringValue().length() : 0;
        if (length > longest()) {
            Format.super.validate(context, schema, node, root, location, asserted, error, validator);
            return;
        }
        // Compiling an expression takes the square of its length.
        StepBudget.take(getName().equals("regex") ? (long) length * length : (long) STEPS_PER_CHAR * length);
        format.validate(context, schema, node, root, location, asserted, error, validator);
    }

    private int longest() {
        return getName().endsWith("hostname") ? LONGEST_HOST : LONGEST;
    }
}
