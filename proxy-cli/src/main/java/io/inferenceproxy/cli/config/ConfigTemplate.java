package io.inferenceproxy.cli.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a configuration file to begin with, made of the option records: every key with its description and its default,
 * commented out as {@code #key: value} without a space, so that removing the {@code #} is all there is to do.
 */
public final class ConfigTemplate {

    private final Map<KeyPath, Object> live;
    private final StringBuilder out = new StringBuilder();

    private ConfigTemplate(Map<KeyPath, Object> live) {
        this.live = live;
    }

    /**
     * The file.
     *
     * @param schema where the schema lies, for editors
     * @param live the keys that are not commented out, with their values: numbers, booleans, texts, lists
     */
    public static String of(Class<? extends Record> type, String schema, Map<String, Object> live) {
        Map<KeyPath, Object> paths = new LinkedHashMap<>();
        live.forEach((key, value) -> paths.put(KeyPath.parse(key), value));
        ConfigTemplate template = new ConfigTemplate(paths);
        template.out
                .append("# yaml-language-server: $schema=")
                .append(schema)
                .append(
                        "\n# Lines that begin with # and no space show the defaults: remove the # to set your own value.\n");
        Shape.Keys shape = Shapes.of(type);
        template.keys(shape, Defaults.complete(shape), KeyPath.ROOT, false);
        return template.out.toString();
    }

    private void keys(Shape.Keys shape, @Nullable Object value, KeyPath path, boolean commented) {
        Object base = value == null ? Defaults.complete(shape) : value;
        for (Shape.Key key : shape.keys()) {
            KeyPath below = path.child(key.name());
            if (path.names().isEmpty()) {
                out.append('\n');
            }
            if (!key.description().isEmpty() && !commented) {
                line(path, "# ", key.description());
            }
            entry(key.shape(), base == null ? null : Defaults.of(key, base), below, commented);
        }
    }

    private void entry(Shape shape, @Nullable Object value, KeyPath path, boolean commented) {
        String name = Texts.yaml(path.names().get(path.names().size() - 1));
        KeyPath above = new KeyPath(path.names().subList(0, path.names().size() - 1));
        boolean leads = live.keySet().stream().anyMatch(key -> isPrefix(path, key));
        Object own = live.get(path);
        if (own != null) {
            line(above, "", name + ": " + flow(own));
        } else if (shape instanceof Shape.Keys keys) {
            line(above, commented ? "#" : "", name + ":");
            keys(keys, value, path, commented);
        } else if (shape instanceof Shape.Named named && (leads || value instanceof Map<?, ?> map && !map.isEmpty())) {
            boolean hidden = commented || !leads;
            line(above, hidden ? "#" : "", name + ":");
            ((Map<?, ?>) (value == null ? Map.of() : value))
                    .forEach((inner, entry) -> entry(named.value(), entry, path.child((String) inner), hidden));
        } else {
            line(above, "#", name + ": " + flow(Defaults.plain(shape, value)));
        }
    }

    private void line(KeyPath above, String mark, String text) {
        out.append("  ".repeat(above.names().size())).append(mark).append(text).append('\n');
    }

    private static boolean isPrefix(KeyPath path, KeyPath key) {
        List<String> names = key.names();
        return names.size() > path.names().size()
                && names.subList(0, path.names().size()).equals(path.names());
    }

    private static String flow(Object plain) {
        return EffectiveSetting.Value.of(plain, new SecretMask()).yaml();
    }
}
