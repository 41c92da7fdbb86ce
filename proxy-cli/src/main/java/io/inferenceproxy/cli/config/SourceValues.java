package io.inferenceproxy.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes nodes of the texts that variables and flags carry, by the shape that the key has. */
final class SourceValues {

    private SourceValues() {}

    /**
     * The node of one text: lists comma-separated or {@code [a, b]}, maps and records {@code {a: b}}, all else as it stands.
     * Nothing when a flow text is malformed, which is told.
     */
    static Optional<ConfigNode> of(String text, @Nullable Shape shape, Origin origin, Findings findings) {
        String stripped = text.strip();
        boolean list = shape instanceof Shape.Items && stripped.startsWith("[");
        boolean keys = (shape instanceof Shape.Keys || shape instanceof Shape.Named) && stripped.startsWith("{");
        if (list || keys) {
            return YamlReader.flow(stripped, origin, findings);
        }
        if (!(shape instanceof Shape.Items)) {
            return Optional.of(ConfigNode.Text.of(text, origin));
        }
        List<ConfigNode> items = new ArrayList<>();
        if (!stripped.isEmpty()) {
            for (String item : stripped.split(",", -1)) {
                items.add(ConfigNode.Text.of(item.strip(), origin));
            }
        }
        return Optional.of(new ConfigNode.Items(items, origin));
    }

    /** The tree of one flag; nothing when it is malformed, which is told. */
    static Optional<ConfigNode.Keys> ofFlag(ConfigSources.FlagValue flag, Shape root, Findings findings) {
        Origin origin = new Origin.Flag(flag.flag());
        KeyPath path;
        try {
            path = KeyPath.parse(flag.key());
        } catch (IllegalArgumentException refused) {
            findings.error(origin, String.valueOf(refused.getMessage()));
            return Optional.empty();
        }
        Shape shape = Shape.at(root, path);
        if (flag.list()) {
            List<ConfigNode> items = new ArrayList<>();
            flag.values().forEach(value -> items.add(ConfigNode.Text.of(value, origin)));
            return Optional.of(ConfigNode.reaching(path, new ConfigNode.Items(items, origin)));
        }
        if (flag.values().isEmpty()) {
            findings.error(origin, path.says("no value (expected: KEY=VALUE)"));
            return Optional.empty();
        }
        return of(flag.values().get(0), shape, origin, findings).map(node -> ConfigNode.reaching(path, node));
    }
}
