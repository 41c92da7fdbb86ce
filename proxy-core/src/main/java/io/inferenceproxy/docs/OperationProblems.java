package io.inferenceproxy.docs;

import io.inferenceproxy.problem.ProblemType;
import java.util.EnumSet;
import java.util.Set;

/** Which problems can occur in an operation, from what it asks of a call. */
final class OperationProblems {

    /** Those that the server itself finds, before it knows the operation, and therefore words natively. */
    static final Set<ProblemType> OF_HTTP = EnumSet.of(
            ProblemType.MALFORMED_REQUEST,
            ProblemType.REQUEST_TIMEOUT,
            ProblemType.TARGET_TOO_LONG,
            ProblemType.EXPECTATION_FAILED,
            ProblemType.HEADERS_TOO_LARGE,
            ProblemType.NOT_IMPLEMENTED,
            ProblemType.HTTP_VERSION_NOT_SUPPORTED);

    private OperationProblems() {}

    static Set<ProblemType> of(Operation operation) {
        Set<ProblemType> problems = EnumSet.copyOf(OF_HTTP);
        problems.add(ProblemType.INTERNAL_ERROR);
        problems.addAll(operation.problems());
        if (operation.bearer()) {
            problems.add(ProblemType.CONFLICTING_CREDENTIALS);
            problems.add(ProblemType.MISSING_CREDENTIALS);
            problems.add(ProblemType.INVALID_CREDENTIALS);
            problems.add(ProblemType.RATE_LIMITED);
        }
        if (!operation.roles().isEmpty()
                || !operation.scopes().isEmpty()
                || !operation.claims().isEmpty()) {
            problems.add(ProblemType.NOT_PERMITTED);
        }
        if (operation.limited()) {
            problems.add(ProblemType.RATE_LIMITED);
        }
        if (operation.content() != Operation.Content.NONE) {
            problems.add(ProblemType.BODY_TOO_LARGE);
        }
        if (operation.content() != Operation.Content.NONE
                && operation.content() != Operation.Content.ANY
                && operation.content() != Operation.Content.CLIENT) {
            problems.add(ProblemType.UNSUPPORTED_MEDIA_TYPE);
            problems.add(ProblemType.MALFORMED_JSON);
        }
        if (operation.schema().isPresent()) {
            problems.add(ProblemType.SCHEMA_VIOLATION);
        }
        return problems;
    }
}
