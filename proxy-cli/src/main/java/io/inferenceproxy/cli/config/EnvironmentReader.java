package io.inferenceproxy.cli.config;

import io.inferenceproxy.cli.config.ConfigProblem.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the variables: twins of keys, files of secrets, aliases; tells the unknown ones, leaves alone what Kubernetes injects. */
final class EnvironmentReader {

    private static final Pattern INJECTED =
            Pattern.compile("(.+_)?SERVICE_(HOST|PORT(_.+)?)|(.+_)?PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");
    private static final Pattern INJECTED_PORT = Pattern.compile("(.+_)?PORT");
    private static final Pattern INJECTED_VALUE = Pattern.compile("(tcp|udp|sctp)://\\S+:[0-9]+");

    private final ConfigSources sources;
    private final Map<String, DotEnv.Variable> dotEnv;
    private final Map<String, String> environment;
    private final VariableNames names;
    private final Shape root;
    private final ConfigFiles files;
    private final Findings findings;
    private final SecretMask mask;
    private final Map<KeyPath, Map<String, String>> byKey = new LinkedHashMap<>();

    EnvironmentReader(
            ConfigSources sources,
            Map<String, DotEnv.Variable> dotEnv,
            Map<String, String> environment,
            VariableNames names,
            Shape root,
            ConfigFiles files,
            Findings findings,
            SecretMask mask) {
        this.sources = sources;
        this.dotEnv = dotEnv;
        this.environment = environment;
        this.names = names;
        this.root = root;
        this.files = files;
        this.findings = findings;
        this.mask = mask;
    }

    /** One tree for each variable that is a key's, the weaker first: aliases, files, twins. */
    List<ConfigNode.Keys> layers() {
        List<ConfigNode.Keys> aliases = new ArrayList<>();
        for (ConfigSources.Alias alias : sources.aliases()) {
            String value = environment.getOrDefault(alias.variable(), "");
            if (!value.isEmpty()) {
                layer(alias.variable(), KeyPath.parse(alias.key()), value).ifPresent(aliases::add);
            }
        }
        List<ConfigNode.Keys> secrets = new ArrayList<>();
        List<ConfigNode.Keys> twins = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (!name.startsWith(ConfigSources.PREFIX) || isOther(name)) {
                return;
            }
            String rest = name.substring(ConfigSources.PREFIX.length());
            if (isInjected(rest, value)) {
                return;
            }
            Optional<VariableNames.Target> target =
                    names.find(rest, value.strip().startsWith("{"));
            if (target.isEmpty()) {
                tellUnknown(name);
            } else if (!target.get().file()) {
                layer(name, target.get().path(), value).ifPresent(twins::add);
            } else if (!value.isEmpty()) {
                secretFile(name, value)
                        .flatMap(text -> layer(name, target.get().path(), text))
                        .ifPresent(secrets::add);
            }
        });
        aliases.addAll(secrets);
        aliases.addAll(twins);
        return aliases;
    }

    /** The values that variables give to a key, by variable. */
    Map<String, String> of(KeyPath path) {
        return byKey.getOrDefault(path, Map.of());
    }

    private Optional<ConfigNode.Keys> layer(String name, KeyPath path, String value) {
        Shape shape = Shape.at(root, path);
        if (shape instanceof Shape.Scalar scalar && scalar.kind() == Shape.Kind.SECRET) {
            if (value.isEmpty()) {
                return Optional.empty();
            }
            mask.add(value);
        }
        byKey.computeIfAbsent(path, key -> new LinkedHashMap<>()).put(name, value);
        return SourceValues.of(value, shape, origin(name), findings).map(node -> ConfigNode.reaching(path, node));
    }

    private Optional<String> secretFile(String name, String file) {
        try {
            return Optional.of(files.secretFile(sources.workingDirectory(), file));
        } catch (IllegalArgumentException refused) {
            findings.error(origin(name), String.valueOf(refused.getMessage()));
            return Optional.empty();
        }
    }

    private Origin origin(String name) {
        DotEnv.Variable filled = dotEnv.get(name);
        if (filled == null || sources.environment().containsKey(name)) {
            return new Origin.Variable(name, "");
        }
        return new Origin.Variable(name, " (.env:" + filled.line() + ")");
    }

    private boolean isOther(String name) {
        return name.equals(ConfigSources.FILE_VARIABLE)
                || name.equals(ConfigSources.PROFILE_VARIABLE)
                || sources.otherVariables().contains(name)
                || sources.aliases().stream().anyMatch(alias -> alias.variable().equals(name));
    }

    /** Kubernetes sets these for each Service; {@code …_PORT} is such a one when its value is, so that ours is not lost. */
    private boolean isInjected(String rest, String value) {
        if (INJECTED_PORT.matcher(rest).matches()
                && INJECTED_VALUE.matcher(value).matches()) {
            return true;
        }
        return INJECTED.matcher(rest).matches() && names.find(rest, false).isEmpty();
    }

    private void tellUnknown(String name) {
        Set<String> known = new TreeSet<>();
        names.all().forEach(twin -> known.add(ConfigSources.PREFIX + twin));
        String rest = name.substring(ConfigSources.PREFIX.length());
        Optional<String> nearest = Nearest.to(rest, names.all()).map(near -> ConfigSources.PREFIX + near);
        if (nearest.isEmpty()) {
            nearest = known.stream().filter(twin -> twin.endsWith("_" + rest)).findFirst();
        }
        findings.add(
                sources.strict() ? Severity.INVALID : Severity.WARNING,
                origin(name),
                "unknown variable" + Nearest.hint(nearest));
    }
}
