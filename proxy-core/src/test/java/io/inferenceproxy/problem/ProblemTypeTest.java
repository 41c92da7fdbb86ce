package io.inferenceproxy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProblemTypeTest {

    /** Clients switch on these, so none may change. */
    private static final String PROMISED = """
            400 conflicting-credentials
            400 malformed-json
            400 malformed-request
            401 invalid-credentials
            401 missing-credentials
            403 not-permitted
            404 not-found
            405 method-not-allowed
            408 request-timeout
            409 conflict
            412 precondition-failed
            413 body-too-large
            414 target-too-long
            415 unsupported-media-type
            417 expectation-failed
            422 schema-violation
            428 precondition-required
            429 rate-limited
            429 too-many-in-flight
            431 headers-too-large
            500 internal-error
            501 not-implemented
            502 upstream-protocol-error
            502 upstream-unreachable
            503 draining
            503 overloaded
            503 upstream-unavailable
            504 upstream-timeout
            505 http-version-not-supported
            """;

    @Test
    void slugsAndStatusesAreThosePromised() {
        assertThat(Stream.of(ProblemType.values())
                        .map(type -> type.status() + " " + type.slug())
                        .sorted())
                .containsExactlyElementsOf(PROMISED.lines().toList());
    }

    @Test
    void eachHasWordsForPeople() {
        assertThat(ProblemType.values()).allSatisfy(type -> {
            assertThat(type.title()).isNotBlank().doesNotEndWith(".");
            assertThat(type.meaning()).endsWith(".");
            assertThat(type.cure()).endsWith(".");
        });
    }
}
