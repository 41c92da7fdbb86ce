package io.inferenceproxy;

import io.inferenceproxy.units.Setting;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which settings differ between two option records, by their keys; no values, since some are secrets. */
final class OptionDifferences {

    private final List<String> keys = new ArrayList<>();

    private OptionDifferences() {}

    /** The keys, in the order of the records; of what only one of them has, the key of the whole. */
    static List<String> of(Record before, Record after) {
        OptionDifferences differences = new OptionDifferences();
        differences.compare("", before, after);
        return differences.keys;
    }

    private void compare(String key, @Nullable Object before, @Nullable Object after) {
        if (before == null || after == null) {
            keys.add(key);
        } else if (before instanceof Map<?, ?> one && after instanceof Map<?, ?> other) {
            if (isOrdered(key)
                    && one.keySet().equals(other.keySet())
                    && !List.copyOf(one.keySet()).equals(List.copyOf(other.keySet()))) {
                keys.add(key);
            }
            Set<Object> names = new LinkedHashSet<>(one.keySet());
            names.addAll(other.keySet());
            names.forEach(name -> compare(joined(key, name.toString()), one.get(name), other.get(name)));
        } else if (isOptions(before)) {
            for (RecordComponent component : before.getClass().getRecordComponents()) {
                compare(joined(key, kebab(component.getName())), value(component, before), value(component, after));
            }
        } else if (!before.equals(after)) {
            keys.add(key);
        }
    }

    /** Policies are told in their order, and of several plans the first one counts. */
    private static boolean isOrdered(String key) {
        return key.equals("limits") || key.endsWith(".plans");
    }

    /** Whether it is a record of settings, not one that is the value of a setting. */
    private static boolean isOptions(Object value) {
        return value instanceof Record
                && Arrays.stream(value.getClass().getRecordComponents())
                        .anyMatch(component -> component.isAnnotationPresent(Setting.class));
    }

    private static Object value(RecordComponent component, Object of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(component + " cannot be read", impossible);
        }
    }

    private static String joined(String key, String name) {
        return key.isEmpty() ? name : key + "." + name;
    }

    private static String kebab(String name) {
        return name.replace("_", "").replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
