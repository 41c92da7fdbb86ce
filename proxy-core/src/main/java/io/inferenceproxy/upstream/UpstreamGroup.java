package io.inferenceproxy.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The addresses of one upstream at run time, with its calls in flight and waiting. Thread-safe. */
public final class UpstreamGroup {

    private final String name;
    private final UpstreamOptions options;
    private final List<UpstreamAddress> addresses;
    private final AtomicInteger turn = new AtomicInteger();
    private final InFlightLimit limit;
    private final List<String> ownFields;
    private final FieldRules fieldRules;
    private final IdentityFields identity;

    public UpstreamGroup(String name, UpstreamOptions options) {
        this.name = name;
        this.options = options;
        this.addresses = addresses(name, options);
        this.limit = new InFlightLimit(options.maxInFlight(), options.maxQueued());
        List<String> fields = new ArrayList<>();
        options.headers().forEach((field, value) -> {
            fields.add(field);
            fields.add(value.reveal());
        });
        this.ownFields = List.copyOf(fields);
        List<String> replaced = new ArrayList<>(options.headers().keySet());
        replaced.addAll(options.identity().names());
        this.fieldRules = new FieldRules(replaced);
        this.identity = new IdentityFields(options.identity());
    }

    private static List<UpstreamAddress> addresses(String name, UpstreamOptions options) {
        UpstreamTls tls = UpstreamTls.read(name, options.tls());
        return options.urls().stream().map(url -> UpstreamAddress.of(url, tls)).toList();
    }

    public String name() {
        return name;
    }

    public UpstreamOptions options() {
        return options;
    }

    public List<UpstreamAddress> addresses() {
        return addresses;
    }

    /** How many calls are under way. */
    public int inFlight() {
        return limit.inFlight();
    }

    /** How many calls wait for their turn. */
    public int queued() {
        return limit.queued();
    }

    InFlightLimit limit() {
        return limit;
    }

    /** The fields that every request to it gets, names and values in turn. */
    List<String> ownFields() {
        return ownFields;
    }

    /** Which of a client's fields it gets. */
    FieldRules fieldRules() {
        return fieldRules;
    }

    /** How it is told who calls. */
    IdentityFields identity() {
        return identity;
    }

    /** Whose turn it is to be tried first, round robin. */
    int nextTurn() {
        return addresses.size() < 2 ? 0 : Math.floorMod(turn.getAndIncrement(), addresses.size());
    }
}
