package io.inferenceproxy.cli.config;

import io.inferenceproxy.cli.config.ConfigProblem.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what is wrong, as it is found; masked and given its excerpts only when all secrets are known. */
final class Findings {

    private static final int MOST = 200;

    private record Finding(Severity severity, Origin origin, String message) {}

    private final Map<String, SourceText> sources = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private int errors;

    void source(SourceText source) {
        sources.put(source.name(), source);
    }

    void error(Origin origin, String message) {
        add(Severity.INVALID, origin, message);
    }

    void add(Severity severity, Origin origin, String message) {
        errors += severity == Severity.WARNING ? 0 : 1;
        findings.add(new Finding(severity, origin, message));
    }

    boolean hasErrors() {
        return errors > 0;
    }

    /** How many errors there are so far; tells whether a step added one. */
    int errors() {
        return errors;
    }

    /** All findings, each once, in the order of the sources' lines; past a bound only their number. */
    List<ConfigProblem> problems(SecretMask mask, Excerpt excerpt) {
        List<Finding> sorted = new ArrayList<>(new LinkedHashSet<>(findings));
        sorted.sort(Findings::compare);
        List<ConfigProblem> problems = new ArrayList<>();
        for (Finding finding : sorted.subList(0, Math.min(MOST, sorted.size()))) {
            Optional<String> lines = finding.origin() instanceof Origin.InFile place
                    ? Optional.ofNullable(sources.get(place.file())).flatMap(source -> excerpt.of(source, place))
                    : Optional.empty();
            problems.add(new ConfigProblem(finding.severity(), finding.origin(), mask.mask(finding.message()), lines));
        }
        if (sorted.size() > MOST) {
            String more = (sorted.size() - MOST) + " more problems (expected: fewer)";
            Severity severity = hasErrors() ? Severity.INVALID : Severity.WARNING;
            problems.add(new ConfigProblem(severity, Origin.DEFAULT, more, Optional.empty()));
        }
        return List.copyOf(problems);
    }

    private static int compare(Finding a, Finding b) {
        if (a.origin() instanceof Origin.InFile left && b.origin() instanceof Origin.InFile right) {
            int file = left.file().compareTo(right.file());
            int line = Integer.compare(left.line(), right.line());
            return file != 0 ? file : line != 0 ? line : Integer.compare(left.column(), right.column());
        }
        return Boolean.compare(!(a.origin() instanceof Origin.InFile), !(b.origin() instanceof Origin.InFile));
    }
}
