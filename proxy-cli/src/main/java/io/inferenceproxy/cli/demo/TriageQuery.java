package io.inferenceproxy.cli.demo;

import java.util.OptionalInt;
import java.util.Set;

/**
 * One question to the model, as a client puts it.
 *
 * @param symptoms names of the symptoms, 1 to {@value #MAX_SYMPTOMS}, all known to the model
 * @param age in years, 0 to {@value #MAX_AGE}; empty when unknown
 * @param top how many conditions to answer, 1 to {@value #MAX_TOP}
 */
record TriageQuery(Set<String> symptoms, OptionalInt age, int top) {
    static final int MAX_SYMPTOMS = 20;
    static final int MAX_AGE = 130;
    static final int MAX_TOP = 10;
    static final int DEFAULT_TOP = 3;

    /** How many questions one request may carry. */
    static final int MAX_BATCH = 32;

    TriageQuery {
        symptoms = Set.copyOf(symptoms);
    }
}
