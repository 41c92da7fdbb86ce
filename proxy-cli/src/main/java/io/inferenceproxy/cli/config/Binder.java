package io.inferenceproxy.cli.config;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds a tree to option records and goes on past every mistake. Values that could not be bound are replaced by their
 * defaults while the rest is checked, and the result is marked as not sound.
 *
 * <p>It is over 300 lines because each shape of a setting is bound in its own way, and they nest.
 */
final class Binder {

    private final ScalarBinder scalars;
    private final Findings findings;
    private final Shape.Keys root;
    private final RecordMaker maker;
    private final SaidBeside beside;

    Binder(Shape.Keys root, ScalarBinder scalars, Findings findings) {
        this.root = root;
        this.scalars = scalars;
        this.findings = findings;
        this.maker = new RecordMaker(findings);
        this.beside = new SaidBeside(findings);
    }

    Bound bind(ConfigNode.Keys tree) {
        return keys(root, tree, null, KeyPath.ROOT, tree.origin());
    }

    /** Binds a node that is there, or takes the base as it is. */
    private Bound bind(
            Shape shape, @Nullable ConfigNode node, @Nullable Object base, KeyPath path, Origin owner, String chosen) {
        if (node == null && base != null) {
            List<Bound.Raw> settings = new ArrayList<>();
            defaults(shape, base, path, settings);
            return new Bound(base, true, settings);
        }
        if (shape instanceof Shape.Keys keys) {
            return keys(keys, node, base, path, owner);
        }
        if (node == null) {
            return Bound.broken(null, List.of());
        }
        if (shape instanceof Shape.Named named) {
            return named(named, node, base, path);
        }
        if (shape instanceof Shape.Items items) {
            return items(items, node, base, path, chosen);
        }
        if (node instanceof ConfigNode.Text text) {
            ScalarBinder.Read read = scalars.read((Shape.Scalar) shape, text, path, chosen);
            Bound.Raw raw =
                    new Bound.Raw(path, read.plain(), node.origin(), base == null ? null : Defaults.plain(shape, base));
            return read.value() == null
                    ? Bound.broken(base, List.of(raw))
                    : new Bound(read.value(), true, List.of(raw));
        }
        return mismatch(shape, node, base, path, "one value, found " + kind(node));
    }

    private Bound named(Shape.Named shape, ConfigNode node, @Nullable Object base, KeyPath path) {
        if (!(node instanceof ConfigNode.Keys keys)) {
            return mismatch(shape, node, base, path, "names with values, found " + kind(node));
        }
        Map<?, ?> baseMap = base instanceof Map<?, ?> map ? map : Map.of();
        Map<String, Object> values = new LinkedHashMap<>();
        List<Bound.Raw> settings = new ArrayList<>();
        boolean sound = true;
        if (!keys.whole()) {
            baseMap.forEach((name, value) -> {
                if (!keys.entries().containsKey(name)) {
                    values.put((String) name, value);
                    defaults(shape.value(), value, path.child((String) name), settings);
                }
            });
        }
        for (Map.Entry<String, ConfigNode.Entry> entry : keys.entries().entrySet()) {
            String name = entry.getKey();
            Object inner = keys.whole() ? null : baseMap.get(name);
            ConfigNode value = entry.getValue().value();
            if (value instanceof ConfigNode.Text text && text.absent()) {
                if (shape.value() instanceof Shape.Keys) {
                    value = new ConfigNode.Keys(Map.of(), true, entry.getValue().origin());
                } else {
                    findings.error(value.origin(), path.child(name).says("no value (expected: one)"));
                    sound = false;
                    continue;
                }
            }
            Bound bound = bind(
                    shape.value(),
                    value,
                    inner,
                    path.child(name),
                    entry.getValue().origin(),
                    name);
            settings.addAll(bound.settings());
            sound &= bound.sound();
            if (bound.value() != null) {
                values.put(name, bound.value());
            }
        }
        if (settings.isEmpty() && sound) {
            settings.add(
                    new Bound.Raw(path, Map.of(), node.origin(), base == null ? null : Defaults.plain(shape, base)));
        }
        return new Bound(Collections.unmodifiableMap(values), sound, settings);
    }

    private Bound items(Shape.Items shape, ConfigNode node, @Nullable Object base, KeyPath path, String chosen) {
        if (node instanceof ConfigNode.Text text && !(node.origin() instanceof Origin.InFile)) {
            node = SourceValues.of(text.text(), shape, node.origin(), findings).orElse(node);
        }
        if (!(JoinedItems.apart(shape, node) instanceof ConfigNode.Items items)) {
            return mismatch(shape, node, base, path, "a list such as [a, b], found " + kind(node));
        }
        List<Object> values = new ArrayList<>();
        List<Object> plain = new ArrayList<>();
        boolean sound = true;
        for (int i = 0; i < items.items().size(); i++) {
            ConfigNode item = items.items().get(i);
            KeyPath place = path.element(i);
            if (item instanceof ConfigNode.Text text && text.absent()) {
                findings.error(item.origin(), place.says("no value (expected: one)"));
                sound = false;
                continue;
            }
            Bound bound = bind(shape.element(), item, null, place, item.origin(), chosen);
            sound &= bound.sound();
            if (bound.value() != null) {
                values.add(bound.value());
            }
            plain.add(plain(bound.settings(), place));
        }
        List<Bound.Raw> settings =
                List.of(new Bound.Raw(path, plain, items.origin(), base == null ? null : Defaults.plain(shape, base)));
        if (!sound) {
            return Bound.broken(base == null ? container(shape, values) : base, settings);
        }
        return new Bound(container(shape, values), true, settings);
    }

    private static Object container(Shape.Items shape, List<Object> values) {
        if (shape.container().isArray()) {
            Object array = Array.newInstance(shape.elementType(), values.size());
            for (int i = 0; i < values.size(); i++) {
                Array.set(array, i, values.get(i));
            }
            return array;
        }
        return shape.container() == Set.class
                ? Collections.unmodifiableSet(new LinkedHashSet<>(values))
                : List.copyOf(values);
    }

    /** The settings of a list's element in one piece. */
    private static Object plain(List<Bound.Raw> settings, KeyPath place) {
        if (settings.size() == 1 && settings.get(0).path().equals(place)) {
            return settings.get(0).plain();
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (Bound.Raw raw : settings) {
            List<String> below = raw.path()
                    .names()
                    .subList(place.names().size(), raw.path().names().size());
            map.put(new KeyPath(below).toString(), raw.plain());
        }
        return map;
    }

    private Bound keys(
            Shape.Keys shape, @Nullable ConfigNode node, @Nullable Object above, KeyPath path, Origin owner) {
        if (node instanceof ConfigNode.Text text && shape.parser().isPresent()) {
            ScalarBinder.Read read = scalars.read(new Shape.Scalar(shape.type(), Shape.Kind.PARSED), text, path, "");
            List<Bound.Raw> settings =
                    List.of(new Bound.Raw(path, read.plain(), node.origin(), above == null ? null : above.toString()));
            return read.value() == null ? Bound.broken(above, settings) : new Bound(read.value(), true, settings);
        }
        if (node != null && !(node instanceof ConfigNode.Keys)) {
            Object standIn = above == null ? Defaults.complete(shape) : above;
            return mismatch(shape, node, standIn, path, "keys with values, found " + kind(node));
        }
        if (node instanceof ConfigNode.Keys keys) {
            node = beside.moved(shape, keys, path);
        }
        Map<String, ConfigNode.Entry> entries = node instanceof ConfigNode.Keys keys ? keys.entries() : Map.of();
        unknown(shape, entries, path);
        Origin origin = node == null ? owner : node.origin();

        Object base = above == null ? Defaults.complete(shape) : above;
        Map<String, Bound> parts = new LinkedHashMap<>();
        if (base == null) {
            boolean usable = true;
            for (Shape.Key key : shape.keys()) {
                if (key.required()) {
                    ConfigNode given = given(entries, key);
                    if (given == null) {
                        findings.error(origin, path.child(key.name()).says("missing (expected: a value)"));
                        usable = false;
                    } else {
                        Bound part = bind(key.shape(), given, null, path.child(key.name()), origin, "");
                        parts.put(key.name(), part);
                        usable &= part.sound();
                    }
                }
            }
            boolean makeable = usable && shape.factory().isPresent();
            base = makeable ? maker.complete(shape, parts, node, path, origin).orElse(null) : null;
        }
        for (Shape.Key key : shape.keys()) {
            if (!parts.containsKey(key.name())) {
                ConfigNode given = given(entries, key);
                Object inner = base == null ? null : Defaults.of(key, base);
                KeyPath below = path.child(key.name());
                if (given == null && inner == null && (key.optional() || base == null)) {
                    Bound.Raw none = new Bound.Raw(below, Absent.ABSENT, Origin.DEFAULT, Absent.ABSENT);
                    parts.put(key.name(), new Bound(null, true, key.optional() ? List.of(none) : List.of()));
                } else if (given != null && key.optional() && isEmpty(key.shape(), given)) {
                    Object standard = Defaults.plain(key.shape(), inner);
                    Bound.Raw none = new Bound.Raw(below, Absent.ABSENT, given.origin(), standard);
                    parts.put(key.name(), new Bound(null, true, List.of(none)));
                } else {
                    Origin place = given == null ? origin : given.origin();
                    parts.put(key.name(), bind(key.shape(), given, inner, path.child(key.name()), place, ""));
                }
            }
        }
        List<Bound.Raw> settings = new ArrayList<>();
        shape.keys().forEach(key -> {
            Bound part = parts.get(key.name());
            if (part != null) {
                settings.addAll(part.settings());
            }
        });
        if (base == null) {
            return Bound.broken(null, settings);
        }
        boolean sound = parts.values().stream().allMatch(Bound::sound);
        int before = findings.errors();
        Object made = maker.make(shape, parts, base, node, path, origin);
        return new Bound(made, sound && findings.errors() == before, settings);
    }

    private static @Nullable ConfigNode given(Map<String, ConfigNode.Entry> entries, Shape.Key key) {
        ConfigNode.Entry entry = entries.get(key.name());
        return entry == null || entry.value() instanceof ConfigNode.Text text && text.absent() ? null : entry.value();
    }

    /** An empty text stands for an absent value, but where any text will do. */
    private static boolean isEmpty(Shape shape, ConfigNode given) {
        boolean any = shape instanceof Shape.Scalar scalar && scalar.kind() == Shape.Kind.TEXT;
        return !any
                && shape instanceof Shape.Scalar
                && given instanceof ConfigNode.Text text
                && text.text().isEmpty();
    }

    private void unknown(Shape.Keys shape, Map<String, ConfigNode.Entry> entries, KeyPath path) {
        List<String> known = shape.keys().stream().map(Shape.Key::name).toList();
        entries.forEach((name, entry) -> {
            if (!known.contains(name)) {
                Optional<String> nearest = Nearest.to(name, known);
                if (nearest.isEmpty()) {
                    nearest = elsewhere(root, KeyPath.ROOT, name);
                }
                findings.error(entry.origin(), path.child(name).says("unknown key" + Nearest.hint(nearest)));
            }
        });
    }

    /** The path of a key of that very name, for those who are right about the name and wrong about the place. */
    private static Optional<String> elsewhere(Shape shape, KeyPath path, String name) {
        if (shape instanceof Shape.Named named) {
            return elsewhere(named.value(), path.child("<name>"), name);
        }
        if (shape instanceof Shape.Keys keys) {
            for (Shape.Key key : keys.keys()) {
                Optional<String> found = key.name().equals(name)
                        ? Optional.of(path.child(name).toString())
                        : elsewhere(key.shape(), path.child(key.name()), name);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Bound mismatch(Shape shape, ConfigNode node, @Nullable Object base, KeyPath path, String expected) {
        findings.error(node.origin(), path.says("(expected: " + expected + ")"));
        List<Bound.Raw> settings = new ArrayList<>();
        if (base != null) {
            defaults(shape, base, path, settings);
        }
        return Bound.broken(base, settings);
    }

    private static String kind(ConfigNode node) {
        return node instanceof ConfigNode.Keys ? "keys" : node instanceof ConfigNode.Items ? "a list" : "a text";
    }

    /** The single settings of a default value. */
    private static void defaults(Shape shape, Object value, KeyPath path, Collection<Bound.Raw> settings) {
        if (shape instanceof Shape.Keys keys) {
            for (Shape.Key key : keys.keys()) {
                Object part = Defaults.of(key, value);
                if (part == null) {
                    settings.add(new Bound.Raw(path.child(key.name()), Absent.ABSENT, Origin.DEFAULT, Absent.ABSENT));
                } else {
                    defaults(key.shape(), part, path.child(key.name()), settings);
                }
            }
        } else if (shape instanceof Shape.Named named && !((Map<?, ?>) value).isEmpty()) {
            ((Map<?, ?>) value)
                    .forEach((name, entry) -> defaults(named.value(), entry, path.child((String) name), settings));
        } else {
            Object plain = Defaults.plain(shape, value);
            settings.add(new Bound.Raw(path, plain, Origin.DEFAULT, plain));
        }
    }
}
