package io.inferenceproxy.cli.demo;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The hand-written table {@code conditions.csv}: for each condition how common it is, at which ages, with what symptoms.
 *
 * @param rows in the order of the file
 */
record ConditionTable(List<Row> rows) {
    /**
     * @param condition its name
     * @param weight how common it is, against the others
     * @param ages how common it is in each {@link AgeBand}, against the other bands
     * @param percents by symptom, how many in a hundred patients report it
     */
    record Row(String condition, int weight, List<Integer> ages, Map<String, Integer> percents) {}

    static ConditionTable load() {
        return new ConditionTable(Resources.text("conditions.csv")
                .lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("condition,"))
                .map(ConditionTable::row)
                .toList());
    }

    Set<String> symptoms() {
        Set<String> symptoms = new TreeSet<>();
        rows.forEach(row -> symptoms.addAll(row.percents().keySet()));
        return symptoms;
    }

    private static Row row(String line) {
        String[] columns = line.split(",", -1);
        Map<String, Integer> percents = new LinkedHashMap<>();
        for (String symptom : columns[3].split(" ", -1)) {
            int colon = symptom.indexOf(':');
            percents.put(symptom.substring(0, colon), Integer.valueOf(symptom.substring(colon + 1)));
        }
        List<Integer> ages =
                Arrays.stream(columns[2].split("/", -1)).map(Integer::valueOf).toList();
        return new Row(columns[0], Integer.parseInt(columns[1]), ages, percents);
    }
}
