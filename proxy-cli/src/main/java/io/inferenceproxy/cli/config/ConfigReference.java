package io.inferenceproxy.cli.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the Markdown table of all keys, made of the option records. */
public final class ConfigReference {

    private ConfigReference() {}

    /** The table: key, type, default, variable, description. */
    public static String of(Class<? extends Record> type) {
        Shape.Keys shape = Shapes.of(type);
        StringBuilder out =
                new StringBuilder("| key | type | default | variable | description |\n|---|---|---|---|---|\n");
        rows(shape, Defaults.complete(shape), KeyPath.ROOT, "INFERENCE_PROXY", out);
        return out.toString();
    }

    private static void rows(Shape.Keys shape, @Nullable Object value, KeyPath path, String twin, StringBuilder out) {
        Object base = value == null ? Defaults.complete(shape) : value;
        for (Shape.Key key : shape.keys()) {
            KeyPath below = path.child(key.name());
            String name = twin + "_" + KeyPath.twin(key.name());
            Object inner = base == null ? null : Defaults.of(key, base);
            if (key.shape() instanceof Shape.Keys keys) {
                if (!key.description().isEmpty() || keys.parser().isPresent()) {
                    row(out, below, keys.parser().isPresent() ? "text or keys" : "keys", "", "", key.description());
                }
                rows(keys, inner, below, name, out);
            } else {
                String standard = key.required() ? "required" : base == null ? "" : code(shown(key.shape(), inner));
                row(out, below, type(key.shape()), standard, variable(key.shape(), name), key.description());
                entries(key.shape(), below, name, out);
            }
        }
    }

    private static void entries(Shape shape, KeyPath path, String twin, StringBuilder out) {
        if (shape instanceof Shape.Named named && named.value() instanceof Shape.Keys keys) {
            rows(keys, null, path.child("<name>"), twin + "_<NAME>", out);
        }
    }

    private static void row(
            StringBuilder out, KeyPath path, String type, String standard, String twin, String description) {
        out.append("| ")
                .append(code(path.toString()))
                .append(" | ")
                .append(cell(type))
                .append(" | ")
                .append(standard)
                .append(" | ")
                .append(twin)
                .append(" | ")
                .append(cell(description))
                .append(" |\n");
    }

    private static String shown(Shape shape, @Nullable Object value) {
        return EffectiveSetting.Value.of(Defaults.plain(shape, value), new SecretMask())
                .toString();
    }

    private static String variable(Shape shape, String name) {
        if (shape instanceof Shape.Named named) {
            return named.value() instanceof Shape.Keys ? "" : code(name + "_<NAME>");
        }
        boolean secret = shape instanceof Shape.Scalar scalar && scalar.kind() == Shape.Kind.SECRET;
        return secret ? code(name) + ", " + code(name + "_FILE") : code(name);
    }

    private static String type(Shape shape) {
        if (shape instanceof Shape.Items items) {
            return "list of " + type(items.element());
        }
        if (shape instanceof Shape.Named named) {
            return "names to " + type(named.value());
        }
        if (!(shape instanceof Shape.Scalar scalar)) {
            return "keys";
        }
        return switch (scalar.kind()) {
            case TEXT -> "text";
            case BOOLEAN -> "`true` or `false`";
            case INTEGER -> "whole number";
            case DECIMAL -> "number";
            case DURATION -> "duration";
            case SIZE -> "size";
            case SECRET -> "secret";
            case PATH -> "path";
            case URI -> "URL";
            case CHOICE -> {
                List<String> choices = Scalars.choices(scalar.type()).stream()
                        .map(ConfigReference::code)
                        .toList();
                yield String.join(", ", choices);
            }
            case PARSED -> Texts.kebab(scalar.type().getSimpleName()).replace('-', ' ');
        };
    }

    private static String code(String text) {
        return "`" + text.replace("`", "'").replace("|", "\\|") + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
