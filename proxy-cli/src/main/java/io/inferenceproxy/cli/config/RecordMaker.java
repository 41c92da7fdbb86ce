package io.inferenceproxy.cli.config;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of bound parts. What a record refuses is told at the key that its message names; that key then gets its
 * default and the record another chance, so that each of its mistakes comes out.
 */
final class RecordMaker {

    private static final Pattern NAMED = Pattern.compile(
            "((?:[A-Za-z][A-Za-z0-9-]*)(?:\\.(?:[A-Za-z0-9_-]+|\"[^\"]*\"))*)(?:\\[(\\d+)])?: (.*)", Pattern.DOTALL);

    private final Findings findings;

    RecordMaker(Findings findings) {
        this.findings = findings;
    }

    /** A refusal, and where it belongs. */
    private record Refusal(Shape.@Nullable Key key, Origin origin, String message) {}

    /** The record that the required keys alone make; nothing when it refuses them, which is told. */
    Optional<Object> complete(
            Shape.Keys shape, Map<String, Bound> parts, @Nullable ConfigNode node, KeyPath path, Origin origin) {
        Method factory = shape.factory().orElseThrow();
        @Nullable Object[] arguments = new Object[factory.getParameterCount()];
        for (Shape.Key key : shape.keys()) {
            Bound part = parts.get(key.name());
            if (key.required() && part != null && part.value() != null) {
                arguments[key.parameter()] =
                        adapted(key.shape(), part.value(), factory.getParameterTypes()[key.parameter()]);
            }
        }
        try {
            return Optional.of(Reflection.call(factory, null, arguments));
        } catch (IllegalArgumentException refused) {
            Refusal refusal = refusal(shape, refused, node, path, origin);
            findings.error(refusal.origin(), refusal.message());
            return Optional.empty();
        }
    }

    /** The record of all parts, or a stand-in when it refuses them. */
    Object make(
            Shape.Keys shape,
            Map<String, Bound> parts,
            Object base,
            @Nullable ConfigNode node,
            KeyPath path,
            Origin origin) {
        Set<String> replaced = new HashSet<>();
        Map<String, Bound> bound = new HashMap<>(parts);
        boolean soundInside = bound.values().stream().allMatch(Bound::sound);
        for (int attempts = 0; attempts <= shape.keys().size(); attempts++) {
            try {
                return Reflection.make(shape.constructor(), arguments(shape, bound, base, replaced));
            } catch (IllegalArgumentException refused) {
                Refusal refusal = refusal(shape, refused, node, path, origin);
                Shape.Key key = refusal.key();
                if (soundInside && replaced.isEmpty() || key != null && isOwn(key, parts.get(key.name()), replaced)) {
                    findings.error(refusal.origin(), refusal.message());
                }
                if (key == null || !replaced.add(key.name())) {
                    return base;
                }
            }
        }
        return base;
    }

    /** Whether a refusal is about this very value, and no consequence of a stand-in elsewhere. */
    private static boolean isOwn(Shape.Key key, @Nullable Bound part, Set<String> replaced) {
        boolean single = key.shape() instanceof Shape.Scalar || key.shape() instanceof Shape.Items;
        return single && part != null && part.sound() && !replaced.contains(key.name());
    }

    private static Object[] arguments(Shape.Keys shape, Map<String, Bound> parts, Object base, Set<String> replaced) {
        List<Object> arguments = new ArrayList<>();
        for (Shape.Key key : shape.keys()) {
            Bound part = parts.get(key.name());
            Object value = part == null ? null : part.value();
            boolean missing = value == null && (!key.optional() || part == null || !part.sound());
            if (replaced.contains(key.name()) || missing) {
                arguments.add(key.of(base));
            } else {
                arguments.add(key.optional() ? Optional.ofNullable(value) : value == null ? key.of(base) : value);
            }
        }
        return arguments.toArray();
    }

    /** A factory may take a notation as text, or a list as an array. */
    private static Object adapted(Shape shape, Object value, Class<?> parameter) {
        if (parameter == String.class && shape instanceof Shape.Scalar scalar) {
            return Scalars.plain(scalar, value).toString();
        }
        if (parameter.isArray() && value instanceof Collection<?> items) {
            Object[] array = (Object[]) Array.newInstance(parameter.getComponentType(), items.size());
            boolean texts = parameter.getComponentType() == String.class;
            int i = 0;
            for (Object item : items) {
                array[i++] = texts ? item.toString() : item;
            }
            return array;
        }
        return value;
    }

    private static Refusal refusal(
            Shape.Keys shape,
            IllegalArgumentException refused,
            @Nullable ConfigNode node,
            KeyPath path,
            Origin origin) {
        String message = String.valueOf(refused.getMessage());
        Matcher named = NAMED.matcher(message);
        if (named.matches()) {
            KeyPath inside = KeyPath.parse(named.group(1));
            Shape.Key key = shape.key(inside.names().get(0));
            if (key == null) {
                key = shape.key(Texts.kebab(inside.names().get(0)));
            }
            if (key != null) {
                List<String> names = new ArrayList<>(path.names());
                names.add(key.name());
                names.addAll(inside.names().subList(1, inside.names().size()));
                String index = named.group(2) == null ? "" : "[" + named.group(2) + "]";
                Origin place = place(node, names.subList(path.names().size(), names.size()), named.group(2), origin);
                return new Refusal(key, place, new KeyPath(names) + index + ": " + named.group(3));
            }
        }
        return new Refusal(null, origin, path.says(message));
    }

    /** The place of the named key, or of what is nearest above it. */
    private static Origin place(@Nullable ConfigNode node, List<String> names, @Nullable String index, Origin origin) {
        ConfigNode at = node;
        Origin place = origin;
        for (String name : names) {
            ConfigNode.Entry entry =
                    at instanceof ConfigNode.Keys keys ? keys.entries().get(name) : null;
            if (entry == null) {
                return place;
            }
            at = entry.value();
            place = at instanceof ConfigNode.Keys ? entry.origin() : at.origin();
        }
        if (index != null && at instanceof ConfigNode.Items items && index.length() < 6) {
            int number = Integer.parseInt(index);
            return number < items.items().size() ? items.items().get(number).origin() : place;
        }
        return place;
    }
}
