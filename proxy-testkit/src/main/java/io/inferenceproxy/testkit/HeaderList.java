package io.inferenceproxy.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Header fields in the order in which they were on the wire; names are looked up in any case. */
public record HeaderList(List<HeaderField> fields) {

    /** No fields. */
    public static final HeaderList EMPTY = new HeaderList(List.of());

    /** Copies the list. */
    public HeaderList {
        fields = List.copyOf(fields);
    }

    /** The value of the first field of this name. */
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The values of all fields of this name, in order. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(HeaderField::value)
                .toList();
    }

    /** Whether there is a field of this name. */
    public boolean contains(String name) {
        return !all(name).isEmpty();
    }

    /** The names as they were written, in order, repeated ones repeatedly. */
    public List<String> names() {
        return fields.stream().map(HeaderField::name).toList();
    }

    /** These fields and one more at the end. */
    public HeaderList with(String name, String value) {
        List<HeaderField> more = new ArrayList<>(fields);
        more.add(new HeaderField(name, value));
        return new HeaderList(more);
    }

    /** Whether a comma-separated field of this name lists {@code token}, in any case. */
    boolean lists(String name, String token) {
        return all(name).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(element -> element.strip().equalsIgnoreCase(token));
    }

    /** The lines as they go on the wire, each with its line end. */
    String lines() {
        StringBuilder lines = new StringBuilder();
        fields.forEach(field ->
                lines.append(field.name()).append(": ").append(field.value()).append("\r\n"));
        return lines.toString();
    }
}
