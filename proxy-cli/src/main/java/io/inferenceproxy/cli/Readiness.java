package io.inferenceproxy.cli;

import io.inferenceproxy.Preset;
import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.upstream.UpstreamOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a bound configuration needs besides, in order to be served. */
final class Readiness {

    private Readiness() {}

    /** One line for each upstream that a route leads to and that has no address. */
    static List<String> missing(ProxyOptions options) {
        Set<String> names = new LinkedHashSet<>();
        for (RouteOptions route : options.servedRoutes().values()) {
            names.add(route.upstream());
        }
        List<String> missing = new ArrayList<>();
        for (String name : names) {
            UpstreamOptions upstream = options.upstreams().get(name);
            if (upstream == null || upstream.urls().isEmpty()) {
                missing.add("upstreams." + name + ".urls: not set (expected: the URL of the service"
                        + (name.equals("default") ? ", also as --upstream URL" : "") + ")");
            }
        }
        return missing;
    }

    /**
     * The options, or a failure.
     *
     * @throws CommandFailure when an upstream is missing
     */
    static void require(ProxyOptions options, Surroundings surroundings) {
        List<String> missing = missing(options);
        if (!missing.isEmpty()) {
            missing.forEach(surroundings::sayError);
            throw new CommandFailure(ExitCode.CONFIGURATION, "");
        }
    }

    /** With {@code preset: openai}, cuts {@code /v1} from the end of upstream URLs, since its routes have it; says so. */
    static ProxyOptions withoutVersion(ProxyOptions options, Surroundings surroundings) {
        if (!options.preset().equals(Optional.of(Preset.OPENAI))) {
            return options;
        }
        options.upstreams().forEach((name, upstream) -> {
            for (int i = 0; i < upstream.urls().size(); i++) {
                URI given = upstream.urls().get(i);
                URI used = Preset.OPENAI.fitting(upstream).urls().get(i);
                if (!used.equals(given)) {
                    surroundings.say("upstreams." + name + ".urls: " + given
                            + " ends in /v1, which the routes of the preset bring themselves; using " + used);
                }
            }
        });
        return options.withUpstreams(options.usedUpstreams());
    }
}
