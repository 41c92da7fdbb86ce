package io.inferenceproxy.validate;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import java.util.regex.Pattern;

/** A {@code pattern} of a schema, which spends of the {@link StepBudget} as it looks for a match. */
final class MeteredPattern implements RegularExpression {

    private final Pattern pattern;

    /** The dialect is that of JavaScript, where {@code $} is the very end and not also the place before a last line end. */
    MeteredPattern(String regex) {
        this.pattern = Pattern.compile(
                RegularExpressions.replaceLongformCharacterProperties(RegularExpressions.replaceDollarAnchors(regex)));
    }

    @Override
    public boolean matches(String value) {
        return pattern.matcher(StepBudget.metered(value)).find();
    }
}
