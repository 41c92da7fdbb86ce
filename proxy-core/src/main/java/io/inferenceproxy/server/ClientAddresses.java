package io.inferenceproxy.server;

import io.inferenceproxy.call.ClientAddress;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.units.Cidr;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a call comes from: the peer, unless that is a trusted proxy; then, from the right, the first address that
 * {@code Forwarded} (RFC 7239) or {@code X-Forwarded-For} names and that is not trusted itself.
 *
 * <p>Most proxies set one of these fields and pass the other on as the client sent it. So where both are there and do not
 * name the same client, one of them may be forged, and neither is believed.
 */
public final class ClientAddresses {

    private static final int MOST_HOPS = 32;
    private static final String FOR = "for=";

    private final Cidr[] trusted;

    public ClientAddresses(List<Cidr> trusted) {
        this.trusted = trusted.toArray(Cidr[]::new);
    }

    ClientAddress of(ProxyRequest request) {
        InetAddress peer = request.peer().getAddress();
        if (trusted.length == 0 || !isTrusted(peer)) {
            return new ClientAddress(peer, false);
        }
        InetAddress named = client(peer, request.headers().all("Forwarded"), true);
        InetAddress olderNamed = client(peer, request.headers().all("X-Forwarded-For"), false);
        if (named == null || olderNamed == null) {
            InetAddress only = named == null ? olderNamed : named;
            return new ClientAddress(only == null ? peer : only, true);
        }
        return new ClientAddress(named.equals(olderNamed) ? named : peer, true);
    }

    /** Whom the fields name; null when they name no hop at all. */
    private @Nullable InetAddress client(InetAddress peer, List<String> fields, boolean pairs) {
        InetAddress client = null;
        int hops = 0;
        for (int i = fields.size() - 1; i >= 0; i--) {
            String field = fields.get(i);
            int start;
            for (int end = field.length(); end >= 0; end = start - 1) {
                start = start(field, end, pairs);
                int from = pairs ? afterFor(field, start, end) : start;
                if (from < 0) {
                    continue;
                }
                client = client == null ? peer : client;
                InetAddress hop = hops == MOST_HOPS ? null : AddressLiteral.parse(field, from, end);
                if (hop == null) {
                    return client;
                }
                client = hop;
                hops++;
                if (!isTrusted(hop)) {
                    return client;
                }
            }
        }
        return client;
    }

    /** Where the element, or the pair in it, begins that ends here. */
    private static int start(String field, int end, boolean pairs) {
        int start = end;
        while (start > 0 && field.charAt(start - 1) != ',' && !(pairs && field.charAt(start - 1) == ';')) {
            start--;
        }
        return start;
    }

    /** Where the value of a pair named {@code for} begins; negative when it has another name. */
    private static int afterFor(String field, int start, int end) {
        int name = start;
        while (name < end && field.charAt(name) <= ' ') {
            name++;
        }
        return name + FOR.length() <= end && field.regionMatches(true, name, FOR, 0, FOR.length())
                ? name + FOR.length()
                : -1;
    }

    private boolean isTrusted(InetAddress address) {
        for (Cidr network : trusted) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
