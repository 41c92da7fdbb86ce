package io.inferenceproxy.cli.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads values out of option records: by path, and in plain form. */
final class Defaults {

    private Defaults() {}

    /** The default at a path, or null when there is none. */
    static @Nullable Object at(Shape root, KeyPath path) {
        Shape shape = root;
        Object value = complete(root);
        for (String name : path.names()) {
            if (shape instanceof Shape.Keys keys) {
                Shape.Key key = keys.key(name);
                if (key == null) {
                    return null;
                }
                shape = key.shape();
                value = value == null ? complete(shape) : of(key, value);
            } else if (shape instanceof Shape.Named named) {
                value = value instanceof Map<?, ?> map ? map.get(name) : null;
                shape = named.value();
                value = value == null ? complete(shape) : value;
            } else {
                return null;
            }
        }
        return value;
    }

    /** The component's value, without the {@link Optional} around it. */
    static @Nullable Object of(Shape.Key key, Object options) {
        Object value = key.of(options);
        return value instanceof Optional<?> optional ? optional.orElse(null) : value;
    }

    static @Nullable Object complete(Shape shape) {
        return shape instanceof Shape.Keys keys ? keys.complete().orElse(null) : null;
    }

    /** A value as numbers, booleans, texts, lists and maps; secrets are masked. */
    static Object plain(Shape shape, @Nullable Object value) {
        if (value == null) {
            return Absent.ABSENT;
        }
        if (shape instanceof Shape.Scalar scalar) {
            Object plain = Scalars.plain(scalar, value);
            return scalar.kind() == Shape.Kind.SECRET && !plain.equals("") ? SecretMask.MASK : plain;
        }
        if (shape instanceof Shape.Items items) {
            List<Object> list = new ArrayList<>();
            elements(value).forEach(element -> list.add(plain(items.element(), element)));
            return list;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        if (shape instanceof Shape.Named named) {
            ((Map<?, ?>) value).forEach((name, entry) -> {
                Object plain = plain(named.value(), entry);
                map.put(
                        (String) name,
                        plain instanceof String text && SecretMask.isTelling((String) name)
                                ? SecretMask.hidden(text)
                                : plain);
            });
        } else if (shape instanceof Shape.Keys keys) {
            keys.keys().forEach(key -> map.put(key.name(), plain(key.shape(), of(key, value))));
        }
        return map;
    }

    static Collection<?> elements(Object value) {
        return value instanceof Collection<?> collection ? collection : List.of((Object[]) value);
    }
}
