package io.inferenceproxy.cli.demo;

import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Draws cases from the table of conditions, always the same ones: {@link Random}'s sequence is part of the Java
 * specification, and so is {@link String#hashCode()}, which seeds it for each condition, so that a change of one row of
 * the table changes only that condition's cases.
 *
 * <p>Each symptom of the condition is reported as often as the table says, independently; each other symptom of the table
 * in {@value #STRAY_PER_MILLE} of 1,000 cases, as people report more than what belongs together. A case has at least two
 * symptoms.
 */
final class CaseGenerator {
    private static final int STRAY_PER_MILLE = 5;
    private static final int FEWEST_SYMPTOMS = 2;
    private static final int OLDEST = 95;
    private static final int TRAINING_PER_WEIGHT = 4;
    private static final int HELD_OUT_PER_WEIGHT = 2;

    private final ConditionTable table;
    private final Set<String> symptoms;

    CaseGenerator(ConditionTable table) {
        this.table = table;
        this.symptoms = new TreeSet<>(table.symptoms());
    }

    /** The cases that the model is trained on. */
    String training() {
        return draw("# What the model is trained on: synthetic cases", TRAINING_PER_WEIGHT, 1, Set.of());
    }

    /** Cases that are drawn alike but occur in no line of {@link #training()}. */
    String heldOut() {
        Set<String> trained = Set.copyOf(training().lines().toList());
        return draw(
                "# What the model is judged by and never trained on: synthetic cases", HELD_OUT_PER_WEIGHT, 2, trained);
    }

    private String draw(String title, int perWeight, int salt, Set<String> excluded) {
        StringBuilder text = new StringBuilder(title)
                .append(", drawn from conditions.csv.\n# Made by DemoResources in the test tree; do not edit.\n")
                .append(CaseFile.HEADER)
                .append('\n');
        for (ConditionTable.Row row : table.rows()) {
            Random random = new Random(31L * row.condition().hashCode() + salt);
            for (int left = perWeight * row.weight(); left > 0; ) {
                String line = row.condition() + "," + age(row, random) + "," + String.join(" ", symptoms(row, random));
                // A line drawn twice in one file is two patients; only what the model was trained on is left out.
                if (!excluded.contains(line)) {
                    text.append(line).append('\n');
                    left--;
                }
            }
        }
        return text.toString();
    }

    private static int age(ConditionTable.Row row, Random random) {
        int ticket = random.nextInt(
                row.ages().values().stream().mapToInt(Integer::intValue).sum());
        for (Map.Entry<AgeBand, Integer> share : row.ages().entrySet()) {
            ticket -= share.getValue();
            if (ticket < 0) {
                AgeBand band = share.getKey();
                return band.first() + random.nextInt(Math.min(band.last(), OLDEST) - band.first() + 1);
            }
        }
        throw new IllegalStateException(row.condition() + ": " + row.ages() + " (expected: shares of 1 or more)");
    }

    private Set<String> symptoms(ConditionTable.Row row, Random random) {
        Set<String> drawn = new TreeSet<>();
        while (drawn.size() < FEWEST_SYMPTOMS) {
            drawn.clear();
            for (String symptom : symptoms) {
                int perMille = Math.max(10 * row.percents().getOrDefault(symptom, 0), STRAY_PER_MILLE);
                if (random.nextInt(1000) < perMille) {
                    drawn.add(symptom);
                }
            }
        }
        return drawn;
    }
}
