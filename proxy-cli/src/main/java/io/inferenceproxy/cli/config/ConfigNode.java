package io.inferenceproxy.cli.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node of the immutable tree that every source yields; each knows its place. */
sealed interface ConfigNode {

    Origin origin();

    /** A text; {@code absent} when the key stands there without a value. */
    record Text(String text, boolean absent, Origin origin) implements ConfigNode {
        static Text of(String text, Origin origin) {
            return new Text(text, false, origin);
        }
    }

    /** A list. */
    record Items(List<ConfigNode> items, Origin origin) implements ConfigNode {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** Keys with their values; not {@code whole} when it only leads to a key that a variable or flag reaches for. */
    record Keys(Map<String, Entry> entries, boolean whole, Origin origin) implements ConfigNode {
        public Keys {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        static Keys none() {
            return new Keys(Map.of(), false, Origin.DEFAULT);
        }
    }

    /** A value and the place of its key. */
    record Entry(Origin origin, ConfigNode value) {}

    /** The tree that holds one value at a path, and nothing else. */
    static Keys reaching(KeyPath path, ConfigNode value) {
        ConfigNode node = value;
        List<String> names = path.names();
        for (int i = names.size() - 1; i >= 0; i--) {
            node = new Keys(Map.of(names.get(i), new Entry(value.origin(), node)), false, value.origin());
        }
        return (Keys) node;
    }
}
