package io.inferenceproxy.cli.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lays trees over each other: mappings key by key, all else as a whole; an empty map empties the one below. */
final class Overlay {

    private Overlay() {}

    /** All layers in one, the last on top. */
    static ConfigNode.Keys of(List<ConfigNode.Keys> layers, Shape shape) {
        ConfigNode.Keys merged = ConfigNode.Keys.none();
        for (ConfigNode.Keys layer : layers) {
            merged = (ConfigNode.Keys) over(merged, layer, shape);
        }
        return merged;
    }

    private static ConfigNode over(ConfigNode below, ConfigNode above, @Nullable Shape shape) {
        if (above instanceof ConfigNode.Text text && text.absent()) {
            return below;
        }
        if (!(below instanceof ConfigNode.Keys lower) || !(above instanceof ConfigNode.Keys upper)) {
            return above;
        }
        if (shape instanceof Shape.Named && upper.whole() && upper.entries().isEmpty()) {
            return upper;
        }
        Map<String, ConfigNode.Entry> entries = new LinkedHashMap<>(lower.entries());
        upper.entries().forEach((name, entry) -> {
            ConfigNode.Entry old = entries.get(name);
            ConfigNode value = old == null ? entry.value() : over(old.value(), entry.value(), inner(shape, name));
            Origin place = old != null && value == old.value() ? old.origin() : entry.origin();
            entries.put(name, new ConfigNode.Entry(place, value));
        });
        Origin origin = lower.whole() || lower.origin() instanceof Origin.InFile ? lower.origin() : upper.origin();
        return new ConfigNode.Keys(entries, lower.whole() || upper.whole(), origin);
    }

    private static @Nullable Shape inner(@Nullable Shape shape, String name) {
        return shape == null ? null : Shape.at(shape, KeyPath.ROOT.child(name));
    }

    /** What a tree has at a path; null when nothing, or a key without a value. */
    static @Nullable ConfigNode at(ConfigNode root, KeyPath path) {
        ConfigNode node = root;
        for (String name : path.names()) {
            ConfigNode.Entry entry =
                    node instanceof ConfigNode.Keys keys ? keys.entries().get(name) : null;
            if (entry == null) {
                return null;
            }
            node = entry.value();
        }
        return node instanceof ConfigNode.Text text && text.absent() ? null : node;
    }
}
