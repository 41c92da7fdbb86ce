package io.inferenceproxy.cli.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads configurations for one option record. The record's conventions: its keys are its components in kebab-case; it has a
 * {@code DEFAULT}, or one {@code of(...)} whose parameters are the required keys; it refuses values with
 * {@code IllegalArgumentException("key: value (expected: …)")}.
 *
 * @param <T> the option record
 */
public final class ConfigLoader<T extends Record> {

    private final Class<T> type;
    private final Shape.Keys shape;

    private ConfigLoader(Class<T> type) {
        this.type = type;
        this.shape = Shapes.of(type);
    }

    /**
     * The loader of a record.
     *
     * @throws IllegalStateException when the record breaks the conventions
     */
    public static <T extends Record> ConfigLoader<T> of(Class<T> type) {
        return new ConfigLoader<>(type);
    }

    /** Reads all sources; whatever is wrong is among the problems, never an exception. */
    public LoadedConfig<T> load(ConfigSources sources) {
        Findings findings = new Findings();
        SecretMask mask = new SecretMask();
        ConfigFiles files = new ConfigFiles();
        FileLayers fileLayers = new FileLayers(sources, files, findings);
        Map<String, DotEnv.Variable> dotEnv = fileLayers.dotEnv();
        Map<String, String> environment = new HashMap<>();
        dotEnv.forEach((name, variable) -> environment.put(name, variable.value()));
        environment.putAll(sources.environment());
        Interpolation interpolation = new Interpolation(environment, files);

        List<ConfigNode.Keys> layers = new ArrayList<>(fileLayers.layers(environment));
        ConfigNode.Keys fileTree = Overlay.of(layers, shape);
        EnvironmentReader variables = new EnvironmentReader(
                sources, dotEnv, environment, new VariableNames(shape, fileTree), shape, files, findings, mask);
        layers.addAll(variables.layers());
        AliasCheck.check(sources, fileTree, variables, interpolation, findings);
        for (ConfigSources.FlagValue flag : sources.flags()) {
            SourceValues.ofFlag(flag, shape, findings).ifPresent(layers::add);
        }
        layers.forEach(layer -> learn(shape, layer, mask));

        ScalarBinder scalars = new ScalarBinder(interpolation, mask, findings, sources.workingDirectory());
        Bound bound = new Binder(shape, scalars, findings).bind(Overlay.of(layers, shape));
        Set<String> secretKeys = new HashSet<>();
        secretKeys(shape, secretKeys);
        List<ConfigProblem> problems = findings.problems(mask, new Excerpt(mask, secretKeys));
        Object value = findings.hasErrors() || !bound.sound() ? null : bound.value();
        Optional<T> options = value == null ? Optional.empty() : Optional.of(type.cast(value));
        return new LoadedConfig<>(
                options, settings(bound.settings(), layers, mask), problems, fileLayers.file(), files.read(), mask);
    }

    /** The JSON Schema, the reference and all else that is made of the record. */
    Shape.Keys shape() {
        return shape;
    }

    private List<EffectiveSetting> settings(List<Bound.Raw> raws, List<ConfigNode.Keys> layers, SecretMask mask) {
        Map<KeyPath, EffectiveSetting> settings = new LinkedHashMap<>();
        for (Bound.Raw raw : raws) {
            List<EffectiveSetting.Shadowed> shadowed = new ArrayList<>();
            List<ConfigNode> given = new ArrayList<>();
            for (ConfigNode.Keys layer : layers) {
                ConfigNode node = Overlay.at(layer, raw.path());
                if (node != null) {
                    given.add(node);
                }
            }
            Collections.reverse(given);
            for (int i = 1; i < given.size(); i++) {
                Object plain = plain(Shape.at(shape, raw.path()), given.get(i), raw.path());
                shadowed.add(new EffectiveSetting.Shadowed(
                        EffectiveSetting.Value.of(plain, mask), given.get(i).origin()));
            }
            boolean isDefault = raw.origin() instanceof Origin.Default;
            if (!isDefault && raw.base() != null) {
                shadowed.add(
                        new EffectiveSetting.Shadowed(EffectiveSetting.Value.of(raw.base(), mask), Origin.DEFAULT));
            }
            boolean changed = !isDefault && !raw.plain().equals(raw.base());
            settings.put(
                    raw.path(),
                    new EffectiveSetting(
                            raw.path(), EffectiveSetting.Value.of(raw.plain(), mask), raw.origin(), changed, shadowed));
        }
        return List.copyOf(settings.values());
    }

    /** A value that lost, as it was written; by its type and name it is masked like the winner. */
    private static Object plain(@Nullable Shape shape, ConfigNode node, KeyPath path) {
        if (node instanceof ConfigNode.Text text) {
            if (shape instanceof Shape.Scalar scalar
                    && scalar.kind() == Shape.Kind.SECRET
                    && !text.text().isEmpty()) {
                return SecretMask.MASK;
            }
            String name = path.names().get(path.names().size() - 1);
            boolean telling = !(shape instanceof Shape.Keys) && SecretMask.isTelling(name) && isChosen(shape);
            return telling ? SecretMask.hidden(text.text()) : text.text();
        }
        if (node instanceof ConfigNode.Items items) {
            Shape element = shape instanceof Shape.Items list ? list.element() : null;
            List<Object> plain = new ArrayList<>();
            items.items().forEach(item -> plain.add(plain(element, item, path)));
            return plain;
        }
        Map<String, Object> plain = new LinkedHashMap<>();
        ((ConfigNode.Keys) node)
                .entries()
                .forEach((name, entry) -> plain.put(
                        name,
                        plain(
                                shape == null ? null : Shape.at(shape, KeyPath.ROOT.child(name)),
                                entry.value(),
                                path.child(name))));
        return plain;
    }

    private static boolean isChosen(@Nullable Shape shape) {
        return shape == null || shape instanceof Shape.Scalar scalar && scalar.kind() == Shape.Kind.TEXT;
    }

    /** Makes every secret of a source known, also one that is shadowed and so never bound. */
    private static void learn(Shape shape, ConfigNode node, SecretMask mask) {
        boolean secret = shape instanceof Shape.Scalar scalar && scalar.kind() == Shape.Kind.SECRET;
        if (node instanceof ConfigNode.Text text) {
            if (secret) {
                mask.add(text.text());
            } else {
                mask.addUserinfo(text.text());
            }
        } else if (node instanceof ConfigNode.Items items) {
            // A list where one secret belongs is a mistake, and its elements are secrets all the same.
            Shape element = shape instanceof Shape.Items list ? list.element() : shape;
            items.items().forEach(item -> learn(element, item, mask));
        } else if (node instanceof ConfigNode.Keys keys) {
            keys.entries().forEach((name, entry) -> {
                Shape inner = secret ? shape : Shape.at(shape, KeyPath.ROOT.child(name));
                if (inner != null) {
                    if (shape instanceof Shape.Named
                            && SecretMask.isTelling(name)
                            && entry.value() instanceof ConfigNode.Text text) {
                        mask.add(SecretMask.secretPart(text.text()));
                    }
                    learn(inner, entry.value(), mask);
                }
            });
        }
    }

    private static void secretKeys(Shape shape, Set<String> names) {
        if (shape instanceof Shape.Keys keys) {
            for (Shape.Key key : keys.keys()) {
                if (key.shape() instanceof Shape.Scalar scalar && scalar.kind() == Shape.Kind.SECRET) {
                    names.add(key.name());
                }
                secretKeys(key.shape(), names);
            }
        } else if (shape instanceof Shape.Named named) {
            secretKeys(named.value(), names);
        } else if (shape instanceof Shape.Items items) {
            secretKeys(items.element(), names);
        }
    }
}
