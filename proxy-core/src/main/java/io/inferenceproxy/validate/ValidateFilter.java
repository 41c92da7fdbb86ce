package io.inferenceproxy.validate;

import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.units.DataSize;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Lets only that content pass which is as the route wants it. */
public sealed interface ValidateFilter extends ProxyFilter permits JsonFilter, SizeFilter {

    /**
     * For routes that take JSON: media type, size, JSON and schema are checked in this order.
     *
     * @param maxBody largest content
     * @param maxDepth deepest nesting
     * @param schema what the content must follow
     * @param workers where large content is checked; bounded, so it may reject
     * @param buffers has room for the content, or has none
     */
    static ValidateFilter forJson(
            DataSize maxBody, int maxDepth, Optional<BodySchema> schema, Executor workers, BufferAccount buffers) {
        return new JsonFilter(maxBody, maxDepth, schema, workers, buffers);
    }

    /** For routes that take anything: only the size is checked, as the content passes. */
    static ValidateFilter forAny(DataSize maxBody) {
        return new SizeFilter(maxBody);
    }

    /** The refusal of content that is larger than allowed. */
    static Problem tooLarge(DataSize maxBody) {
        return Problem.of(ProblemType.BODY_TOO_LARGE, "The body has more than " + maxBody + ".");
    }
}
