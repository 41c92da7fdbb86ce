package io.inferenceproxy.cli.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the key that a variable stands for. Names that users choose are matched against those that the files and defaults
 * have; a new one is taken in lower case with dashes, as short as the rest of the name allows.
 */
final class VariableNames {

    /**
     * A key that a variable stands for.
     *
     * @param path of the key
     * @param file whether the variable names a file that holds the value
     */
    record Target(KeyPath path, boolean file) {}

    private final Shape root;
    private final ConfigNode files;

    VariableNames(Shape root, ConfigNode files) {
        this.root = root;
        this.files = files;
    }

    /** The key of a name without its prefix; {@code flow} when the value is {@code {…}} and may fill in keys at once. */
    Optional<Target> find(String name, boolean flow) {
        return find(root, KeyPath.ROOT, name, flow);
    }

    private Optional<Target> find(Shape shape, KeyPath path, String rest, boolean flow) {
        if (shape instanceof Shape.Keys keys) {
            List<Shape.Key> byLength = new ArrayList<>(keys.keys());
            byLength.sort(Comparator.comparingInt((Shape.Key key) -> key.name().length())
                    .reversed());
            for (Shape.Key key : byLength) {
                Optional<Target> found =
                        below(key.shape(), path.child(key.name()), KeyPath.twin(key.name()), rest, flow);
                if (found.isPresent()) {
                    return found;
                }
            }
        } else if (shape instanceof Shape.Named named) {
            for (String known : knownNames(path)) {
                Optional<Target> found = below(named.value(), path.child(known), KeyPath.twin(known), rest, flow);
                if (found.isPresent()) {
                    return found;
                }
            }
            for (int end = rest.indexOf('_', 1); end > 0; end = rest.indexOf('_', end + 1)) {
                String name = rest.substring(0, end);
                Optional<Target> found = below(named.value(), path.child(lower(name)), name, rest, flow);
                if (found.isPresent() && !(named.value() instanceof Shape.Scalar)) {
                    return found;
                }
            }
            return below(named.value(), path.child(lower(rest)), rest, rest, flow);
        }
        return Optional.empty();
    }

    private Optional<Target> below(Shape shape, KeyPath path, String twin, String rest, boolean flow) {
        boolean composed = shape instanceof Shape.Named
                || shape instanceof Shape.Keys keys && keys.parser().isEmpty();
        if (rest.equals(twin) && (!composed || flow)) {
            return Optional.of(new Target(path, false));
        }
        if (rest.equals(twin + "_FILE") && shape instanceof Shape.Scalar scalar && scalar.kind() == Shape.Kind.SECRET) {
            return Optional.of(new Target(path, true));
        }
        return rest.startsWith(twin + "_")
                ? find(shape, path, rest.substring(twin.length() + 1), flow)
                : Optional.empty();
    }

    /** The names of the entries that a map has in the files, else by default; those with the longest twin first. */
    private List<String> knownNames(KeyPath path) {
        Set<String> names = new LinkedHashSet<>();
        if (Overlay.at(files, path) instanceof ConfigNode.Keys keys) {
            names.addAll(keys.entries().keySet());
        }
        Object options = Defaults.at(root, path);
        if (options instanceof Map<?, ?> map) {
            map.keySet().forEach(name -> names.add((String) name));
        }
        List<String> byLength = new ArrayList<>(names);
        byLength.sort(Comparator.comparingInt(String::length).reversed());
        return byLength;
    }

    /** All variables that there are, for finding the nearest. */
    List<String> all() {
        List<String> names = new ArrayList<>();
        collect(root, KeyPath.ROOT, "", names);
        return names;
    }

    private void collect(Shape shape, KeyPath path, String prefix, List<String> names) {
        if (shape instanceof Shape.Keys keys) {
            String begin = prefix.isEmpty() ? "" : prefix + "_";
            keys.keys()
                    .forEach(key ->
                            collect(key.shape(), path.child(key.name()), begin + KeyPath.twin(key.name()), names));
            if (keys.parser().isPresent()) {
                names.add(prefix);
            }
        } else if (shape instanceof Shape.Named named) {
            knownNames(path)
                    .forEach(
                            name -> collect(named.value(), path.child(name), prefix + "_" + KeyPath.twin(name), names));
        } else {
            names.add(prefix);
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
