package io.inferenceproxy.upstream;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** All upstreams of a proxy by their names, in the order of the configuration. */
public final class Upstreams {

    private final Map<String, UpstreamGroup> groups = new LinkedHashMap<>();

    public Upstreams(Map<String, UpstreamOptions> options) {
        options.forEach((name, upstream) -> groups.put(name, new UpstreamGroup(name, upstream)));
    }

    /**
     * The upstream of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public UpstreamGroup group(String name) {
        UpstreamGroup group = groups.get(name);
        if (group == null) {
            throw new IllegalArgumentException("upstream: " + name + " (expected: one of " + groups.keySet() + ")");
        }
        return group;
    }

    public Collection<UpstreamGroup> groups() {
        return Collections.unmodifiableCollection(groups.values());
    }
}
