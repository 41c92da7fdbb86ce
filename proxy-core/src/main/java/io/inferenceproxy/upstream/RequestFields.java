package io.inferenceproxy.upstream;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What goes to an upstream of a client's fields, and what the proxy adds: a view, which looks at each field when it is
 * asked for.
 *
 * <p>What the client sent is stripped first and ours comes after, so a client cannot have ours dropped by naming it in
 * {@code Connection}. It prints nothing of what it holds, since the upstream's own credentials are among it.
 */
final class RequestFields implements Headers {

    private static final String VIA_NAME = " inference-proxy";
    private static final String VIA_11 = "1.1" + VIA_NAME;

    private final Headers sent;
    private final HeaderNames named;
    private final HeaderNames replaced;
    private final boolean trusted;
    private final boolean traced;
    private final String authority;
    private final List<String> ours;

    RequestFields(ProxyCall call, UpstreamGroup group, UpstreamAddress address) {
        ProxyRequest request = call.request();
        this.sent = request.headers();
        this.named = FieldRules.namedByConnection(sent);
        this.replaced = group.ownNames();
        this.trusted = call.client().behindTrustedProxy();
        this.traced = isTraceOfClient(call);
        this.ours = new ArrayList<>(18 + group.ownFields().size());
        addOrigin(call);
        addIdentity(call.caller());
        add("Via", request.version().equals("1.1") ? VIA_11 : request.version() + VIA_NAME);
        add("X-Request-Id", call.id());
        add("traceparent", call.traceParent().toString());
        String host = address.authority();
        for (int i = 0; i < group.ownFields().size(); i += 2) {
            if (group.ownFields().get(i).equalsIgnoreCase("Host")) {
                host = group.ownFields().get(i + 1);
            } else {
                add(group.ownFields().get(i), group.ownFields().get(i + 1));
            }
        }
        this.authority = host;
    }

    @Override
    public Optional<String> first(String name) {
        if (name.equalsIgnoreCase("Host")) {
            return Optional.of(authority);
        }
        if (passes(name)) {
            Optional<String> theirs = sent.first(name);
            if (theirs.isPresent()) {
                return theirs;
            }
        }
        for (int i = 0; i < ours.size(); i += 2) {
            if (ours.get(i).equalsIgnoreCase(name)) {
                return Optional.of(ours.get(i + 1));
            }
        }
        return Optional.empty();
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        action.accept("Host", authority);
        sent.forEach((name, value) -> {
            if (passes(name)) {
                action.accept(name, value);
            }
        });
        for (int i = 0; i < ours.size(); i += 2) {
            action.accept(ours.get(i), ours.get(i + 1));
        }
    }

    private boolean passes(String name) {
        if (FieldRules.NEVER_UPSTREAM.contains(name) || named.contains(name) || replaced.contains(name)) {
            return false;
        }
        if (HeaderNames.startsWith(name, "proxy-")) {
            return false;
        }
        if (!trusted && FieldRules.isOfProxies(name)) {
            return false;
        }
        return traced || !name.equalsIgnoreCase("tracestate");
    }

    private void addOrigin(ProxyCall call) {
        ProxyRequest request = call.request();
        if (!trusted) {
            add("X-Forwarded-For", text(call.client().address()));
            add("X-Forwarded-Proto", request.scheme());
            addIfAny("X-Forwarded-Host", request.authority());
            return;
        }
        String peer = text(request.peer().getAddress());
        add("X-Forwarded-For", appended("X-Forwarded-For", peer));
        add("X-Forwarded-Proto", appended("X-Forwarded-Proto", request.scheme()));
        addIfAny("X-Forwarded-Host", appended("X-Forwarded-Host", request.authority()));
        if (sent.contains("Forwarded")) {
            String node = peer.indexOf(':') < 0 ? peer : "\"[" + peer + "]\"";
            add("Forwarded", appended("Forwarded", "for=" + node + ";proto=" + request.scheme()));
        }
    }

    private void addIdentity(Caller caller) {
        if (caller instanceof Caller.Identified identified) {
            add("X-Forwarded-User", FieldRules.percentEncoded(identified.subject()));
            if (identified.external()) {
                add("X-Forwarded-Issuer", FieldRules.percentEncoded(identified.issuer()));
            }
        }
    }

    /** What trusted proxies have said, and ours behind it. */
    private String appended(String name, String own) {
        List<String> values = sent.all(name);
        if (values.isEmpty()) {
            return own;
        }
        String said = String.join(", ", values);
        return own.isEmpty() ? said : said + ", " + own;
    }

    private void addIfAny(String name, String value) {
        if (!value.isEmpty()) {
            add(name, value);
        }
    }

    private void add(String name, String value) {
        ours.add(name);
        ours.add(value);
    }

    /** Whether the client's own trace is carried on, so that its {@code tracestate} belongs to it. */
    private static boolean isTraceOfClient(ProxyCall call) {
        Optional<String> field = call.request().headers().first("traceparent");
        return field.isPresent() && field.get().startsWith(call.traceParent().traceId(), 3);
    }

    /** The address without the scope that only this machine knows. */
    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
