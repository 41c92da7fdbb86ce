package io.inferenceproxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The header fields of a message, read-only, in order; names are case-insensitive (RFC 9110 section 5).
 *
 * <p>Implementations are views where they can be: {@link #overlaidWith} and {@link #without} copy nothing.
 */
public interface Headers {

    /** The value of the first field of this name. */
    Optional<String> first(String name);

    /** Calls back for each field, in order. */
    void forEach(BiConsumer<String, String> action);

    /** Whether there is a field of this name. */
    default boolean contains(String name) {
        return first(name).isPresent();
    }

    /** The value of the first field of this name as bytes; an empty one when there is no such field. */
    default FieldValue value(String name) {
        Optional<String> first = first(name);
        return first.isPresent() ? FieldValue.of(first.get()) : FieldValue.EMPTY;
    }

    /** How many fields of this name there are. */
    default int count(String name) {
        return all(name).size();
    }

    /** The values of all fields of this name, in order. */
    default List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        forEach((field, value) -> {
            if (field.equalsIgnoreCase(name)) {
                values.add(value);
            }
        });
        return values;
    }

    /** Hands on the fields in order, but for those that are left out. */
    default void writeTo(FieldSink sink, Omitted omitted) {
        forEach((name, value) -> {
            if (!omitted.omits(name)) {
                sink.field(name, value);
            }
        });
    }

    /** The names of these fields, as what is left out of others. */
    default Omitted asOmitted() {
        return new NamesOf(this);
    }

    /** These fields with those of {@code over} in place of all of the same names. */
    default Headers overlaidWith(Headers over) {
        return over == ListHeaders.EMPTY ? this : new OverlaidHeaders(this, over);
    }

    /** These fields without some. */
    default Headers without(Omitted omitted) {
        return new ReducedHeaders(this, omitted);
    }

    /** These fields with one field of this name, in place of all that it had. */
    default Headers with(String name, String value) {
        return overlaidWith(of(name, value));
    }

    static Headers empty() {
        return ListHeaders.EMPTY;
    }

    /**
     * Fields from names and values in turn.
     *
     * @throws IllegalArgumentException when a name has no value
     */
    static Headers of(String... namesAndValues) {
        return ListHeaders.of(namesAndValues);
    }
}
