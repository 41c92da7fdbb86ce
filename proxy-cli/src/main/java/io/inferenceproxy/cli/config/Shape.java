package io.inferenceproxy.cli.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an option record looks like to a source: its keys, their types and defaults. */
sealed interface Shape {

    /** One text of a type. */
    record Scalar(Class<?> type, Kind kind) implements Shape {}

    /** How a text becomes a value. */
    enum Kind {
        TEXT,
        BOOLEAN,
        INTEGER,
        DECIMAL,
        DURATION,
        SIZE,
        SECRET,
        PATH,
        URI,
        CHOICE,
        PARSED
    }

    /** A list, set or array, which {@code container} tells. */
    record Items(Shape element, Class<?> container, Class<?> elementType) implements Shape {}

    /** A map by names that the user chooses. */
    record Named(Shape value) implements Shape {}

    /**
     * A record.
     *
     * @param type the record
     * @param keys its components, in their order
     * @param constructor the canonical one
     * @param complete its {@code DEFAULT}; none when it has required keys
     * @param factory {@code of}, which takes the required keys
     * @param parser {@code parse(String)}, when a text will do in place of keys
     */
    record Keys(
            Class<?> type,
            List<Key> keys,
            Constructor<?> constructor,
            Optional<Object> complete,
            Optional<Method> factory,
            Optional<Method> parser)
            implements Shape {

        @Nullable
        Key key(String name) {
            for (Key key : keys) {
                if (key.name().equals(name)) {
                    return key;
                }
            }
            return null;
        }
    }

    /**
     * One key of a record.
     *
     * @param name in kebab-case
     * @param shape of its value; of what is inside, when the key may be absent
     * @param optional whether the component is an {@link Optional}
     * @param parameter its place among the factory's parameters; -1 for a key that is not required
     * @param description the sentence that says what it is; empty without one
     * @param accessor reads the component
     */
    record Key(String name, Shape shape, boolean optional, int parameter, String description, Method accessor) {

        boolean required() {
            return parameter >= 0;
        }

        /** The component's value in a record. */
        Object of(Object options) {
            return Reflection.call(accessor, options);
        }
    }

    /** The shape at a path, or null when there is none. */
    static @Nullable Shape at(Shape root, KeyPath path) {
        Shape shape = root;
        for (String name : path.names()) {
            if (shape instanceof Keys keys) {
                Key key = keys.key(name);
                if (key == null) {
                    return null;
                }
                shape = key.shape();
            } else if (shape instanceof Named named) {
                shape = named.value();
            } else {
                return null;
            }
        }
        return shape;
    }
}
