package io.inferenceproxy.server;

import io.inferenceproxy.call.ClientAddress;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.units.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds where a call comes from: the peer, unless that is a trusted proxy; then, from the right, the first address that
 * {@code Forwarded} (RFC 7239) or {@code X-Forwarded-For} names and that is not trusted itself.
 *
 * <p>Most proxies set one of these fields and pass the other on as the client sent it. So where both are there and do not
 * name the same client, one of them may be forged, and neither is believed.
 */
public final class ClientAddresses {

    private static final int MOST_HOPS = 32;

    /** What the JDK reads as it stands; anything else, 999.1.1.1 say, it would look up as a name, and block on that. */
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");

    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9a-fA-F:][0-9a-fA-F:.]{1,44}");

    private final List<Cidr> trusted;

    public ClientAddresses(List<Cidr> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    ClientAddress of(ProxyRequest request) {
        InetAddress peer = request.peer().getAddress();
        if (trusted.isEmpty() || !isTrusted(peer)) {
            return new ClientAddress(peer, false);
        }
        List<String> hops = hops(request.headers());
        List<String> olderHops = olderHops(request.headers());
        InetAddress client = client(peer, hops.isEmpty() ? olderHops : hops);
        boolean forged = !hops.isEmpty() && !olderHops.isEmpty() && !client.equals(client(peer, olderHops));
        return new ClientAddress(forged ? peer : client, true);
    }

    private InetAddress client(InetAddress peer, List<String> hops) {
        InetAddress client = peer;
        for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - MOST_HOPS); i--) {
            Optional<InetAddress> named = literal(hops.get(i));
            if (named.isEmpty()) {
                break;
            }
            client = named.get();
            if (!isTrusted(client)) {
                break;
            }
        }
        return client;
    }

    private boolean isTrusted(InetAddress address) {
        for (Cidr network : trusted) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> hops(Headers headers) {
        List<String> hops = new ArrayList<>();
        for (String field : headers.all("Forwarded")) {
            for (String element : field.split(",", -1)) {
                for (String pair : element.split(";", -1)) {
                    String trimmed = pair.strip();
                    if (trimmed.regionMatches(true, 0, "for=", 0, 4)) {
                        hops.add(trimmed.substring(4).replace("\"", ""));
                    }
                }
            }
        }
        return hops;
    }

    private static List<String> olderHops(Headers headers) {
        List<String> hops = new ArrayList<>();
        for (String field : headers.all("X-Forwarded-For")) {
            hops.addAll(List.of(field.split(",", -1)));
        }
        return hops;
    }

    /** A literal address, with or without a port; names are not looked up. */
    private static Optional<InetAddress> literal(String hop) {
        String address = hop.strip();
        if (address.startsWith("[")) {
            int end = address.indexOf(']');
            address = end < 0 ? "" : address.substring(1, end);
        } else if (address.indexOf(':') == address.lastIndexOf(':') && address.indexOf(':') > 0) {
            address = address.substring(0, address.indexOf(':'));
        }
        if (!IPV4.matcher(address).matches() && !IPV6.matcher(address).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(address));
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }
}
