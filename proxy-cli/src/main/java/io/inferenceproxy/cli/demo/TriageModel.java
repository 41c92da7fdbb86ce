package io.inferenceproxy.cli.demo;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A naive Bayes classifier from symptoms to conditions: symptoms are Bernoulli features (a symptom that is not named
 * counts as absent), the band of the age is a categorical one, and all counts are smoothed by Laplace's rule.
 *
 * <p>Everything is kept as logarithms and normalised against the largest, so that no product of many small numbers
 * vanishes. Immutable; safe for use by several threads. It demonstrates inference and is no medical advice.
 */
public final class TriageModel {
    /** The name that answers carry. */
    public static final String NAME = "triage-nb";

    private static final String CASES = "cases.csv";

    private final SymptomNames names;
    private final Map<String, Integer> columns;
    private final List<String> conditions;

    /** By condition: the logarithm of its probability when no symptom at all is present. */
    private final double[] bare;

    /** By condition and symptom: what the presence of the symptom adds to that logarithm. */
    private final double[][] present;

    /** By condition and age band: what the band adds to it. */
    private final List<Map<AgeBand, Double>> aged;

    private TriageModel(SymptomNames names, Map<String, List<TriageCase>> byCondition, int cases) {
        this.names = names;
        this.columns = new HashMap<>();
        names.known().forEach(name -> columns.put(name, columns.size()));
        this.conditions = List.copyOf(byCondition.keySet());
        this.bare = new double[conditions.size()];
        this.present = new double[conditions.size()][columns.size()];
        this.aged = conditions.stream()
                .map(condition -> ages(byCondition.getOrDefault(condition, List.of())))
                .toList();
        for (int row = 0; row < conditions.size(); row++) {
            List<TriageCase> own = byCondition.getOrDefault(conditions.get(row), List.of());
            learn(row, own, smoothed(own.size(), cases, conditions.size()));
        }
    }

    /** The model, freshly trained on the cases that come with the program; takes some tens of milliseconds. */
    public static TriageModel bundled() {
        return train(CaseFile.parse(CASES, Resources.text(CASES)));
    }

    /**
     * A model of the given cases; its conditions and symptoms are those that occur in them.
     *
     * @throws IllegalArgumentException when there are no cases
     */
    static TriageModel train(List<TriageCase> cases) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("cases: none (expected: at least 1)");
        }
        SymptomNames names = new SymptomNames(
                cases.stream().flatMap(one -> one.symptoms().stream()).collect(Collectors.toSet()));
        return new TriageModel(
                names,
                cases.stream().collect(Collectors.groupingBy(TriageCase::condition, TreeMap::new, Collectors.toList())),
                cases.size());
    }

    private void learn(int row, List<TriageCase> cases, double prior) {
        int[] reported = new int[columns.size()];
        for (TriageCase one : cases) {
            one.symptoms().forEach(symptom -> reported[column(symptom)]++);
        }
        double absent = Math.log(prior);
        for (int column = 0; column < reported.length; column++) {
            double frequency = smoothed(reported[column], cases.size(), 2);
            absent += Math.log1p(-frequency);
            present[row][column] = Math.log(frequency) - Math.log1p(-frequency);
        }
        bare[row] = absent;
    }

    private static Map<AgeBand, Double> ages(List<TriageCase> cases) {
        Map<AgeBand, Integer> seen = new EnumMap<>(AgeBand.class);
        cases.forEach(one -> seen.merge(AgeBand.of(one.age()), 1, Integer::sum));
        AgeBand[] bands = AgeBand.values();
        Map<AgeBand, Double> logs = new EnumMap<>(AgeBand.class);
        for (AgeBand band : bands) {
            logs.put(band, Math.log(smoothed(seen.getOrDefault(band, 0), cases.size(), bands.length)));
        }
        return logs;
    }

    /** Laplace's rule: as if each of the possible outcomes had been seen once more than it was. */
    private static double smoothed(int seen, int outOf, int outcomes) {
        return (seen + 1.0) / (outOf + outcomes);
    }

    /** The names of the symptoms that the model knows, sorted. */
    public List<String> symptoms() {
        return names.known();
    }

    /** The names of the conditions that the model tells apart, sorted. */
    public List<String> conditions() {
        return conditions;
    }

    /**
     * The most probable conditions of a patient of unknown age, the most probable first.
     *
     * @param symptoms names from {@link #symptoms()}; those left out count as absent
     * @param top how many conditions to give, 1 or more; at most as many as there are
     * @throws UnknownSymptomsException when a symptom is not known; it names the nearest known one
     */
    public List<TriagePrediction> predict(Set<String> symptoms, int top) {
        return predict(symptoms, OptionalInt.empty(), top);
    }

    /**
     * The most probable conditions, the most probable first; equal ones in the order of their names.
     *
     * @param symptoms names from {@link #symptoms()}; those left out count as absent
     * @param age in years, 0 to 130; empty when unknown, and then without influence
     * @param top how many conditions to give, 1 or more; at most as many as there are
     * @throws UnknownSymptomsException when a symptom is not known; it names the nearest known one
     * @throws IllegalArgumentException when the age or {@code top} is out of range
     */
    public List<TriagePrediction> predict(Set<String> symptoms, OptionalInt age, int top) {
        if (top < 1) {
            throw new IllegalArgumentException("top: " + top + " (expected: 1 or more)");
        }
        refuseUnknown(symptoms);
        double[] scores = bare.clone();
        for (int row = 0; row < scores.length; row++) {
            for (String symptom : symptoms) {
                scores[row] += present[row][column(symptom)];
            }
            if (age.isPresent()) {
                scores[row] += aged.get(row).getOrDefault(AgeBand.of(age.getAsInt()), 0.0);
            }
        }
        double whole = logOfSum(scores);
        return IntStream.range(0, scores.length)
                .mapToObj(row -> new TriagePrediction(conditions.get(row), Math.exp(scores[row] - whole)))
                .sorted(Comparator.comparingDouble(TriagePrediction::probability)
                        .reversed())
                .limit(top)
                .toList();
    }

    /** The known symptom that is spelled most like the given name. */
    String nearestSymptom(String name) {
        return names.nearest(name);
    }

    boolean knows(String symptom) {
        return columns.containsKey(symptom);
    }

    private int column(String symptom) {
        return columns.getOrDefault(symptom, -1);
    }

    private void refuseUnknown(Set<String> symptoms) {
        Map<String, String> unknown = new TreeMap<>();
        for (String symptom : symptoms) {
            if (!knows(symptom)) {
                unknown.put(symptom, names.nearest(symptom));
            }
        }
        if (!unknown.isEmpty()) {
            throw new UnknownSymptomsException(unknown);
        }
    }

    /** log(Σ exp(x)), with the largest x taken out of the sum so that at least one term is 1 and none overflows. */
    private static double logOfSum(double[] logs) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            largest = Math.max(largest, log);
        }
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - largest);
        }
        return largest + Math.log(sum);
    }
}
