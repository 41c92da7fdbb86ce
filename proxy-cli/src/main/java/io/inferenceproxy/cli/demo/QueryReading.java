package io.inferenceproxy.cli.demo;

import java.util.List;

/** What came of reading the body of a request: queries, or all reasons why not. */
sealed interface QueryReading {
    /** The body was one query object. */
    record One(TriageQuery query) implements QueryReading {}

    /** The body was an array of queries, 1 to {@value TriageQuery#MAX_BATCH}; the answer is an array, too. */
    record Many(List<TriageQuery> queries) implements QueryReading {
        public Many {
            queries = List.copyOf(queries);
        }
    }

    /**
     * The body is no valid request.
     *
     * @param details what is wrong and where, one sentence each, at least one
     */
    record Refused(List<String> details) implements QueryReading {
        public Refused {
            details = List.copyOf(details);
        }
    }
}
