package io.inferenceproxy.testing;

import io.inferenceproxy.http.FieldSink;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.Omitted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes fields and keeps them as lines of text, in whatever form they come. */
public final class FieldLog implements FieldSink {

    private final List<String> lines = new ArrayList<>();
    private final List<String> runs = new ArrayList<>();

    /** What the headers write. */
    public static FieldLog of(Headers headers, Omitted omitted) {
        FieldLog log = new FieldLog();
        headers.writeTo(log, omitted);
        return log;
    }

    /** The fields that the headers call back for, less what is left out: what writing must come to. */
    public static List<String> expected(Headers headers, Omitted omitted) {
        List<String> expected = new ArrayList<>();
        headers.forEach((name, value) -> {
            if (!omitted.omits(name)) {
                expected.add(name + ": " + value);
            }
        });
        return expected;
    }

    @Override
    public void field(String name, String value) {
        lines.add(name + ": " + value);
    }

    @Override
    public void lines(byte[] block, int from, int to) {
        String run = new String(block, from, to - from, StandardCharsets.ISO_8859_1);
        runs.add(run);
        for (String line : run.substring(0, run.length() - 2).split("\r\n", -1)) {
            int colon = line.indexOf(':');
            lines.add(
                    line.substring(0, colon) + ": " + line.substring(colon + 1).strip());
        }
    }

    /** All fields, each as {@code name: value}. */
    public List<String> lines() {
        return lines;
    }

    /** The runs of whole lines, as they were handed over. */
    public List<String> runs() {
        return runs;
    }
}
