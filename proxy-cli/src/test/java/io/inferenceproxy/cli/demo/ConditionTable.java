package io.inferenceproxy.cli.demo;

import java.util.EnumMap;
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
     * @param ages how common it is in each band, against the other bands, from the youngest
     * @param percents by symptom, how many in a hundred patients report it
     */
    record Row(String condition, int weight, Map<AgeBand, Integer> ages, Map<String, Integer> percents) {}

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
        Map<AgeBand, Integer> ages = new EnumMap<>(AgeBand.class);
        String[] shares = columns[2].split("/", -1);
        for (AgeBand band : AgeBand.values()) {
            ages.put(band, Integer.valueOf(shares[ages.size()]));
        }
        return new Row(columns[0], Integer.parseInt(columns[1]), ages, percents);
    }
}
