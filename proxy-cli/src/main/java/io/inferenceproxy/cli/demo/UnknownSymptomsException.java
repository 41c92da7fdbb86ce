package io.inferenceproxy.cli.demo;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells that symptoms were named that the model has never seen, each with the known symptom that is spelled most alike. */
public final class UnknownSymptomsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, String> nearest;

    UnknownSymptomsException(Map<String, String> nearest) {
        super(nearest.entrySet().stream()
                .map(entry -> describe(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("; ")));
        this.nearest = Map.copyOf(nearest);
    }

    /** The names that are not known, sorted. */
    public List<String> unknown() {
        return nearest.keySet().stream().sorted().toList();
    }

    /** For each name that is not known, the known one that is spelled most alike. */
    public Map<String, String> nearest() {
        return nearest;
    }

    static String describe(String unknown, String nearest) {
        return "symptom: \"" + SymptomNames.shortened(unknown) + "\" is not known (nearest: \"" + nearest + "\")";
    }
}
