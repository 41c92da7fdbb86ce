package io.inferenceproxy.cli.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells when a key that has an alias is given twice and differently: which one was meant, nobody can know. */
final class AliasCheck {

    private AliasCheck() {}

    static void check(
            ConfigSources sources,
            ConfigNode fileTree,
            EnvironmentReader environment,
            Interpolation interpolation,
            Findings findings) {
        LinkedHashSet<String> keys = new LinkedHashSet<>();
        sources.aliases().forEach(alias -> keys.add(alias.key()));
        for (String key : keys) {
            KeyPath path = KeyPath.parse(key);
            Map<String, String> values = new LinkedHashMap<>(environment.of(path));
            if (values.isEmpty()) {
                continue;
            }
            if (Overlay.at(fileTree, path) instanceof ConfigNode.Text text) {
                String filled = filled(text, interpolation);
                if (filled != null && !filled.isEmpty()) {
                    values.put(text.origin().toString(), filled);
                }
            }
            if (values.values().stream().distinct().count() > 1) {
                String names = String.join(", ", values.keySet());
                findings.error(
                        Origin.DEFAULT,
                        path + ": given by " + names + " with different values (expected: one of them)");
            }
        }
    }

    private static @Nullable String filled(ConfigNode.Text text, Interpolation interpolation) {
        Path directory = text.origin() instanceof Origin.InFile place ? place.directory() : Path.of("");
        try {
            return Interpolation.isNeeded(text.text())
                    ? interpolation.fill(text.text(), "", directory).text()
                    : text.text();
        } catch (IllegalArgumentException unresolved) {
            // Told when it is bound; here it counts as not given.
            return null;
        }
    }
}
