package io.inferenceproxy.validate;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.SchemaException;
import java.util.ArrayList;
import java.util.List;

/** One run of a schema over one body; it stops once enough was found, and gives up once too much was. */
final class SchemaFinding extends ExecutionContext {

    private static final int MAX_ALL = 2_000;

    private final int enough;
    private final List<Error> found = new ArrayList<>();
    private int all;

    SchemaFinding(ExecutionConfig config, int enough) {
        super(config);
        this.enough = enough;
        setErrors(found);
    }

    /** What was found and holds, at most as much as is enough. */
    List<Error> found() {
        return found.subList(0, Math.min(enough, found.size()));
    }

    /** Branches of {@code anyOf} and its like collect into lists of their own, which may come to nothing. */
    @Override
    public void addError(Error error) {
        super.addError(error);
        if (found.size() >= enough) {
            throw new Enough();
        }
        if (++all > MAX_ALL) {
            throw new StepBudget.Exhausted();
        }
    }

    /** No more need be found. Of the validator's own kind, as {@link StepBudget.Exhausted} is. */
    static final class Enough extends SchemaException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super("enough");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
