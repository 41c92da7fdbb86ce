package io.inferenceproxy.http;

import java.util.Optional;
import java.util.function.BiConsumer;

/** Fields less those of certain names. */
record ReducedHeaders(Headers base, Omitted dropped) implements Headers {

    @Override
    public Optional<String> first(String name) {
        return dropped.omits(name) ? Optional.empty() : base.first(name);
    }

    @Override
    public boolean contains(String name) {
        return base.contains(name) && !dropped.omits(name);
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        base.forEach((name, value) -> {
            if (!dropped.omits(name)) {
                action.accept(name, value);
            }
        });
    }

    @Override
    public void writeTo(FieldSink sink, Omitted omitted) {
        base.writeTo(sink, omitted.or(dropped));
    }
}
