package io.inferenceproxy.cli.config;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves an element of a list that says another setting, as {@code 4 at once} does among the windows of a limit, to where that
 * setting is, so that there is one form of it. An element type tells which these are by {@code beside(String)}.
 */
final class SaidBeside {

    private final Findings findings;

    SaidBeside(Findings findings) {
        this.findings = findings;
    }

    /**
     * The keys as they are then. Of places that say different things the one that holds is that of the stronger source; two of
     * one source are told.
     */
    ConfigNode.Keys moved(Shape.Keys shape, ConfigNode.Keys node, KeyPath path) {
        Map<String, ConfigNode.Entry> entries = new LinkedHashMap<>(node.entries());
        for (Shape.Key key : shape.keys()) {
            ConfigNode.Entry entry = entries.get(key.name());
            Method beside = beside(key.shape());
            if (entry != null && beside != null && key.shape() instanceof Shape.Items list) {
                apart(list, entry.value()).ifPresent(items -> {
                    ConfigNode.Items rest = rest(shape, beside, items, entries, path.child(key.name()), path);
                    entries.put(key.name(), new ConfigNode.Entry(entry.origin(), rest));
                });
            }
        }
        return new ConfigNode.Keys(entries, node.whole(), node.origin());
    }

    private static @Nullable Method beside(Shape shape) {
        if (!(shape instanceof Shape.Items list) || !(list.element() instanceof Shape.Scalar scalar)) {
            return null;
        }
        try {
            return scalar.type().getMethod("beside", String.class);
        } catch (NoSuchMethodException none) {
            return null;
        }
    }

    private Optional<ConfigNode.Items> apart(Shape.Items shape, ConfigNode node) {
        Optional<ConfigNode> list = node instanceof ConfigNode.Text text && !(node.origin() instanceof Origin.InFile)
                ? SourceValues.of(text.text(), shape, node.origin(), findings)
                : Optional.of(node);
        return list.map(each -> JoinedItems.apart(shape, each))
                .filter(ConfigNode.Items.class::isInstance)
                .map(ConfigNode.Items.class::cast);
    }

    /** The elements that are of the list itself; the others are put among the entries. */
    private ConfigNode.Items rest(
            Shape.Keys shape,
            Method beside,
            ConfigNode.Items items,
            Map<String, ConfigNode.Entry> entries,
            KeyPath list,
            KeyPath path) {
        List<ConfigNode> rest = new ArrayList<>();
        for (int i = 0; i < items.items().size(); i++) {
            ConfigNode item = items.items().get(i);
            Map.Entry<?, ?> said = item instanceof ConfigNode.Text text && !text.absent() ? said(beside, text) : null;
            if (said == null || shape.key(said.getKey().toString()) == null) {
                rest.add(item);
                continue;
            }
            String key = said.getKey().toString();
            String value = said.getValue().toString();
            ConfigNode.Entry given = entries.get(key);
            if (given == null
                    || given.value() instanceof ConfigNode.Text text && text.absent()
                    || beats(item.origin(), given.value().origin())) {
                entries.put(key, new ConfigNode.Entry(item.origin(), ConfigNode.Text.of(value, item.origin())));
            } else if (!beats(given.value().origin(), item.origin())
                    && !(given.value() instanceof ConfigNode.Text text
                            && text.text().strip().equals(value))) {
                findings.error(
                        item.origin(),
                        list.element(i)
                                .says(((ConfigNode.Text) item).text().strip() + " (expected: what "
                                        + path.child(key) + " says at "
                                        + given.value().origin()
                                        + ", or only one of the two)"));
            }
        }
        return new ConfigNode.Items(rest, items.origin());
    }

    /** Whether what is said here holds against what is said there: flags beat variables, these files, and these defaults. */
    private static boolean beats(Origin here, Origin there) {
        return rank(here) > rank(there);
    }

    private static int rank(Origin origin) {
        if (origin instanceof Origin.Flag) {
            return 3;
        }
        if (origin instanceof Origin.Variable) {
            return 2;
        }
        return origin instanceof Origin.InFile ? 1 : 0;
    }

    private static Map.@Nullable Entry<?, ?> said(Method beside, ConfigNode.Text text) {
        Optional<?> said = (Optional<?>) Reflection.call(beside, null, text.text());
        return (Map.Entry<?, ?>) said.orElse(null);
    }
}
