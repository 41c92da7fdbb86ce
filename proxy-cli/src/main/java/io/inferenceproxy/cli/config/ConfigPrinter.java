package io.inferenceproxy.cli.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Renders the effective settings: as text, YAML or JSON. */
public final class ConfigPrinter {

    private static final int WIDEST_KEY = 48;
    private static final int WIDEST_VALUE = 48;
    static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final List<EffectiveSetting> settings;

    private ConfigPrinter(List<EffectiveSetting> settings) {
        this.settings = settings;
    }

    public static ConfigPrinter of(LoadedConfig<?> config) {
        return new ConfigPrinter(config.settings());
    }

    /** The same, with only those settings that are not as by default. */
    public ConfigPrinter onlyChanged() {
        return new ConfigPrinter(
                settings.stream().filter(EffectiveSetting::changed).toList());
    }

    /** A setting a line: key, value, origin, in columns parted by two or more spaces. */
    public String text() {
        List<String[]> rows = new ArrayList<>();
        int keys = 0;
        int values = 0;
        for (EffectiveSetting setting : settings) {
            String[] row = {
                setting.key().toString(),
                setting.value().toString(),
                setting.origin().toString()
            };
            keys = Math.max(keys, Math.min(WIDEST_KEY, row[0].length()));
            values = Math.max(values, Math.min(WIDEST_VALUE, row[1].length()));
            rows.add(row);
        }
        StringBuilder out = new StringBuilder();
        for (String[] row : rows) {
            out.append(padded(row[0], keys))
                    .append(padded(row[1], values))
                    .append(row[2])
                    .append('\n');
        }
        return out.toString();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()) + 2);
    }

    /** The settings as a configuration file, each with its origin as a comment. */
    public String yaml() {
        Branch root = new Branch();
        for (EffectiveSetting setting : settings) {
            Branch at = root;
            List<String> names = setting.key().names();
            for (String name : names.subList(0, names.size() - 1)) {
                at = at.branches.computeIfAbsent(name, key -> new Branch());
            }
            at.leaves.put(names.get(names.size() - 1), setting);
            at.branches.remove(names.get(names.size() - 1));
            at.order.add(names.get(names.size() - 1));
            Branch inner = root;
            for (String name : names) {
                if (!inner.order.contains(name)) {
                    inner.order.add(name);
                }
                Branch next = inner.branches.get(name);
                if (next == null) {
                    break;
                }
                inner = next;
            }
        }
        StringBuilder out = new StringBuilder();
        root.write(out, "");
        return out.isEmpty() ? "{}\n" : out.toString();
    }

    /** A mapping that is being put together from its paths. */
    private static final class Branch {
        private final Map<String, Branch> branches = new LinkedHashMap<>();
        private final Map<String, EffectiveSetting> leaves = new LinkedHashMap<>();
        private final LinkedHashSet<String> order = new LinkedHashSet<>();

        void write(StringBuilder out, String indent) {
            for (String name : order) {
                EffectiveSetting leaf = leaves.get(name);
                Branch branch = branches.get(name);
                out.append(indent).append(Texts.yaml(name)).append(':');
                if (leaf != null) {
                    out.append(' ')
                            .append(leaf.value().yaml())
                            .append("  # ")
                            .append(leaf.origin())
                            .append('\n');
                } else if (branch != null) {
                    out.append('\n');
                    branch.write(out, indent + "  ");
                }
            }
        }
    }

    /** A JSON array of {@code {"key", "value", "origin"}}. */
    public String json() {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (EffectiveSetting setting : settings) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("key", setting.key().toString());
            row.put("value", setting.value().json());
            row.put("origin", setting.origin().toString());
            rows.add(row);
        }
        return JSON.writeValueAsString(rows) + "\n";
    }
}
