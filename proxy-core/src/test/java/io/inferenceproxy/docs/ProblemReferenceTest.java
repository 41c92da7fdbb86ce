package io.inferenceproxy.docs;

import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.testing.CommittedDocument;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProblemReferenceTest {

    @Test
    void theReferenceIsUpToDate() throws IOException {
        String problems = Stream.of(ProblemType.values())
                .map(type -> """

                        ## %s

                        %d %s. %s

                        **What to do.** %s
                        """.formatted(type.slug(), type.status(), type.title(), type.meaning(), type.cure()))
                .collect(Collectors.joining());

        CommittedDocument.requireUpToDate("problems.md", """
                # Problems

                What the proxy answers itself when it does not pass a call on, or gets no answer. Generated from `ProblemType`;
                a test keeps it up to date. A running proxy serves the same at `/problems`.
                """ + problems);
    }
}
