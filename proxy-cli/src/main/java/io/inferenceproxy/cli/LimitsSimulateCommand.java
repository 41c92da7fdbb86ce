package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.cli.simulate.SimulatedLimits;
import io.inferenceproxy.cli.simulate.Simulation;
import io.inferenceproxy.cli.simulate.SimulationReport;
import io.inferenceproxy.cli.simulate.SimulationResult;
import io.inferenceproxy.limit.LimitKey;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.WindowKind;
import io.inferenceproxy.units.Window;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code limits simulate}: who would have been refused. */
@Command(
        name = "simulate",
        description = {
            "Play an access log through limits and tell who would have been refused, when and how often.",
            "",
            "The log is that of serve, JSON lines off a terminal. It is read once, of any length, in bounded memory. Calls"
                    + " are played in the order in which they arrived; those refused then are tried again. Without --limit"
                    + " the configured policies are taken."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy limits simulate --log access.jsonl --limit \"30 per minute\"",
            "  inference-proxy limits simulate --log access.jsonl --limit \"100 per hour\" --kind fixed --key address",
            "  zcat access.*.gz | inference-proxy limits simulate --log - --policy per-user --format json"
        })
final class LimitsSimulateCommand implements Callable<Integer> {

    private static final int MOST_NAMED = 1_000;

    /** How the result can be shown. */
    enum Format {
        TEXT,
        JSON
    }

    /** What calls can be counted by, of which the log tells. */
    enum Key {
        USER,
        ADDRESS,
        ROUTE,
        GLOBAL
    }

    private final Surroundings surroundings;

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Option(names = "--log", paramLabel = "FILE|-", description = "The access log; - for standard input.")
    @Nullable
    String log;

    @Option(
            names = "--limit",
            paramLabel = "WINDOW",
            description = "How many calls may be made, such as \"50 per hour\"; repeatable, or joined by ;.")
    List<String> limits = new ArrayList<>();

    @Option(
            names = "--kind",
            paramLabel = "rolling|fixed|smooth",
            description = "When the quota of --limit comes back (default: rolling).")
    @Nullable
    WindowKind kind;

    @Option(
            names = "--key",
            paramLabel = "user|address|route|global",
            description = "What --limit counts apart (default: user).")
    @Nullable
    Key key;

    @Option(names = "--policy", paramLabel = "NAME", description = "Only this one of the configured policies.")
    @Nullable
    String policy;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "How many callers are named, those with the most refused calls (default: 10).")
    private int top = 10;

    @Option(names = "--format", paramLabel = "text|json", description = "For people (default) or as a JSON object.")
    private Format format = Format.TEXT;

    LimitsSimulateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (log == null) {
            throw usage("--log: missing (expected: an access log, or - for standard input)");
        }
        if (top < 0 || top > MOST_NAMED) {
            throw usage("--top: " + top + " (expected: 0 to " + MOST_NAMED + ")");
        }
        SimulatedLimits simulated = limits.isEmpty() ? configured() : given();
        SimulationResult result = run(simulated, log);
        if (result.unreadable() > 0) {
            surroundings.say(result.unreadable() + " of " + result.lines() + " lines cannot be read: "
                    + result.firstUnreadable());
        }
        if (result.unreadable() > 0 && result.unreadable() == result.lines()) {
            throw new CommandFailure(
                    ExitCode.LOCAL, "--log: " + log + " is no access log in JSON (expected: logging.format json)");
        }
        print(simulated, result);
        return ExitCode.OK.number();
    }

    private static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    private SimulatedLimits given() {
        if (policy != null) {
            throw usage("--policy: " + policy + " (expected: not beside --limit)");
        }
        Key by = key == null ? Key.USER : key;
        LimitKey counted = switch (by) {
            case USER -> LimitKey.USER;
            case ADDRESS -> LimitKey.ADDRESS;
            case ROUTE -> LimitKey.ROUTE;
            case GLOBAL -> LimitKey.GLOBAL;
        };
        for (String limit : Words.of(limits, ";")) {
            if (Window.beside(limit).isPresent()) {
                throw usage("--limit: " + limit.strip() + " (expected: " + Window.GRAMMAR
                        + "; a log does not tell what was under way at once)");
            }
        }
        try {
            List<Window> windows =
                    Words.of(limits, ";").stream().map(Window::parseSpan).toList();
            return SimulatedLimits.of(
                    by == Key.GLOBAL ? counted.toString() : "per-" + counted,
                    LimitPolicyOptions.DEFAULT
                            .withKey(counted)
                            .withKind(kind == null ? WindowKind.ROLLING : kind)
                            .withWindows(windows));
        } catch (IllegalArgumentException wrong) {
            throw usage("--limit: " + wrong.getMessage());
        }
    }

    private SimulatedLimits configured() {
        if (kind != null || key != null) {
            throw usage((kind != null ? "--kind" : "--key") + ": alone (expected: --limit beside it)");
        }
        ProxyOptions options = ConfigMixin.require(config.load(surroundings, sources -> sources), surroundings);
        if (policy != null && !options.limits().containsKey(policy)) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "limits." + policy + ": not set (expected: one of "
                            + String.join(", ", options.limits().keySet()) + ")");
        }
        SimulatedLimits simulated = SimulatedLimits.of(options, policy == null ? "" : policy);
        simulated.notes().forEach(surroundings::say);
        if (simulated.policies().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION, "limits: none that can be simulated (expected: some, or --limit)");
        }
        return simulated;
    }

    private SimulationResult run(SimulatedLimits simulated, String from) {
        try (InputStream in = opened(from)) {
            return Simulation.run(simulated, in);
        } catch (IOException unreadable) {
            throw new CommandFailure(ExitCode.LOCAL, "--log: " + from + " cannot be read, " + unreadable, unreadable);
        }
    }

    private InputStream opened(String from) throws IOException {
        if (!from.equals("-")) {
            return Files.newInputStream(surroundings.workingDirectory().resolve(Path.of(from)));
        }
        return new FilterInputStream(surroundings.in()) {
            @Override
            public void close() {
                // standard input is not ours
            }
        };
    }

    private void print(SimulatedLimits simulated, SimulationResult result) {
        SimulationReport report = new SimulationReport(result, top);
        if (format == Format.JSON) {
            surroundings.out().println(report.json(simulated.notes()));
            return;
        }
        surroundings.out().println(report.headline());
        for (List<List<String>> rows : List.of(report.windows(), report.callers())) {
            if (!rows.isEmpty()) {
                surroundings.out().println();
                Columns.print(rows, surroundings.out());
            }
        }
        if (result.outOfOrder() > 0) {
            surroundings.say(result.outOfOrder() + (result.outOfOrder() == 1 ? " call" : " calls")
                    + " came too late to be sorted, and counted as later");
        }
    }
}
