package io.inferenceproxy.cli.demo;

import java.util.Set;

/**
 * One recorded case: the condition that was found, and what the patient reported.
 *
 * @param condition name of the condition
 * @param age age of the patient in years, 0 to {@value TriageQuery#MAX_AGE}
 * @param symptoms names of the symptoms that were reported; every other symptom counts as absent
 */
record TriageCase(String condition, int age, Set<String> symptoms) {
    TriageCase {
        symptoms = Set.copyOf(symptoms);
    }
}
