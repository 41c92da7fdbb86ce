package io.inferenceproxy.http;

import java.util.Optional;
import java.util.function.BiConsumer;

/** Fields over others: a name that stands above hides all below of that name. */
record OverlaidHeaders(Headers base, Headers over) implements Headers {

    @Override
    public Optional<String> first(String name) {
        Optional<String> above = over.first(name);
        return above.isPresent() ? above : base.first(name);
    }

    @Override
    public boolean contains(String name) {
        return over.contains(name) || base.contains(name);
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        base.forEach((name, value) -> {
            if (!over.contains(name)) {
                action.accept(name, value);
            }
        });
        over.forEach(action);
    }

    @Override
    public void writeTo(FieldSink sink, Omitted omitted) {
        base.writeTo(sink, omitted.or(over.asOmitted()));
        over.writeTo(sink, omitted);
    }

    @Override
    public Omitted asOmitted() {
        return base.asOmitted().or(over.asOmitted());
    }
}
