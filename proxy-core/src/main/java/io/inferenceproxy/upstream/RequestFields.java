package io.inferenceproxy.upstream;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.FieldSink;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.Omitted;
import io.inferenceproxy.http.ProxyRequest;
import java.net.InetAddress;
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

    private final ProxyCall call;
    private final Headers sent;
    private final Omitted omitted;
    private final boolean trusted;
    private final List<String> configured;
    private final IdentityFields identity;
    private final String authority;

    RequestFields(ProxyCall call, UpstreamGroup group, UpstreamAddress address) {
        this.call = call;
        this.sent = call.request().headers();
        this.trusted = call.client().behindTrustedProxy();
        this.omitted = group.fieldRules()
                .neverUpstream(trusted, call.traceParent().isCarriedOn())
                .or(FieldRules.namedByConnection(sent));
        this.configured = group.ownFields();
        this.identity = group.identity();
        this.authority = authority(address);
    }

    private String authority(UpstreamAddress address) {
        for (int i = 0; i < configured.size(); i += 2) {
            if (configured.get(i).equalsIgnoreCase("Host")) {
                return configured.get(i + 1);
            }
        }
        return address.authority();
    }

    @Override
    public Optional<String> first(String name) {
        List<String> all = all(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(0));
    }

    @Override
    public void forEach(BiConsumer<String, String> action) {
        action.accept("Host", authority);
        sent.forEach((name, value) -> {
            if (!omitted.omits(name)) {
                action.accept(name, value);
            }
        });
        ours(action);
    }

    /** The proxy's own fields are always written: their names are known, and frame nothing. */
    @Override
    public void writeTo(FieldSink sink, Omitted less) {
        sink.field("Host", authority);
        sent.writeTo(sink, less.or(omitted));
        ours(sink::field);
    }

    private void ours(BiConsumer<String, String> to) {
        origin(to);
        identity.write(call, to);
        String version = call.request().version();
        to.accept("Via", version.equals("1.1") ? VIA_11 : version + VIA_NAME);
        to.accept("X-Request-Id", call.id());
        to.accept("traceparent", call.traceParent().toString());
        for (int i = 0; i < configured.size(); i += 2) {
            if (!configured.get(i).equalsIgnoreCase("Host")) {
                to.accept(configured.get(i), configured.get(i + 1));
            }
        }
    }

    private void origin(BiConsumer<String, String> to) {
        ProxyRequest request = call.request();
        if (!trusted) {
            to.accept("X-Forwarded-For", text(call.client().address()));
            to.accept("X-Forwarded-Proto", request.scheme());
            addIfAny("X-Forwarded-Host", request.authority(), to);
            return;
        }
        String peer = text(request.peer().getAddress());
        to.accept("X-Forwarded-For", appended("X-Forwarded-For", peer));
        to.accept("X-Forwarded-Proto", appended("X-Forwarded-Proto", request.scheme()));
        addIfAny("X-Forwarded-Host", appended("X-Forwarded-Host", request.authority()), to);
        if (sent.contains("Forwarded")) {
            String node = peer.indexOf(':') < 0 ? peer : "\"[" + peer + "]\"";
            to.accept("Forwarded", appended("Forwarded", "for=" + node + ";proto=" + request.scheme()));
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

    private static void addIfAny(String name, String value, BiConsumer<String, String> to) {
        if (!value.isEmpty()) {
            to.accept(name, value);
        }
    }

    /** The address without the scope that only this machine knows. */
    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
