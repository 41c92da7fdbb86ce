package io.inferenceproxy.cli.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes apart texts that say several items at once, joined by {@code ;}, as limits do: {@code 50 per hour; 200 per day}.
 * An element type tells that its notation joins by having {@code parseAll(String)} beside {@code parse}.
 */
final class JoinedItems {

    private JoinedItems() {}

    /** The list with every item by itself; the node as it is when it is no list, or its elements are never joined. */
    static ConfigNode apart(Shape.Items shape, ConfigNode node) {
        if (!joins(shape.element())) {
            return node;
        }
        if (node instanceof ConfigNode.Text text && !text.absent()) {
            return new ConfigNode.Items(parts(text), text.origin());
        }
        if (!(node instanceof ConfigNode.Items items)) {
            return node;
        }
        List<ConfigNode> single = new ArrayList<>();
        for (ConfigNode item : items.items()) {
            if (item instanceof ConfigNode.Text text && !text.absent()) {
                single.addAll(parts(text));
            } else {
                single.add(item);
            }
        }
        return new ConfigNode.Items(single, items.origin());
    }

    /** An empty part stays, so that it is told. */
    private static List<ConfigNode> parts(ConfigNode.Text text) {
        List<ConfigNode> parts = new ArrayList<>();
        for (String part : text.text().split(";", -1)) {
            parts.add(ConfigNode.Text.of(part.strip(), text.origin()));
        }
        return parts;
    }

    /** Whether one text may say several of these elements. */
    static boolean joins(Shape element) {
        if (!(element instanceof Shape.Scalar scalar) || scalar.kind() != Shape.Kind.PARSED) {
            return false;
        }
        try {
            return scalar.type().getMethod("parseAll", String.class).getReturnType() == List.class;
        } catch (NoSuchMethodException none) {
            return false;
        }
    }
}
