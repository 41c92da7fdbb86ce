package io.inferenceproxy.cli;

import io.inferenceproxy.Preset;
import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.upstream.UpstreamOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
        Map<String, UpstreamOptions> upstreams = new LinkedHashMap<>();
        options.upstreams().forEach((name, upstream) -> {
            List<URI> urls = new ArrayList<>();
            for (URI url : upstream.urls()) {
                String path = url.getRawPath();
                if (path != null && (path.endsWith("/v1") || path.endsWith("/v1/"))) {
                    String text = url.toString();
                    URI cut = URI.create(text.substring(0, text.lastIndexOf("/v1")));
                    surroundings.say("upstreams." + name + ".urls: " + url
                            + " ends in /v1, which the routes of the preset" + " bring themselves; using " + cut);
                    urls.add(cut);
                } else {
                    urls.add(url);
                }
            }
            upstreams.put(name, upstream.withUrls(urls));
        });
        return options.withUpstreams(upstreams);
    }
}
