package io.inferenceproxy.server;

import io.inferenceproxy.call.ClientAddress;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.units.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds where a call comes from: the peer, unless that is a trusted proxy; then, from the right, the first address that
 * {@code Forwarded} (RFC 7239), or else {@code X-Forwarded-For}, names and that is not trusted itself.
 */
public final class ClientAddresses {

    private static final int MOST_HOPS = 32;

    private final List<Cidr> trusted;

    public ClientAddresses(List<Cidr> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    ClientAddress of(ProxyRequest request) {
        InetAddress peer = request.peer().getAddress();
        if (trusted.isEmpty() || !isTrusted(peer)) {
            return new ClientAddress(peer, false);
        }
        List<String> hops = hops(request);
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
        return new ClientAddress(client, true);
    }

    private boolean isTrusted(InetAddress address) {
        for (Cidr network : trusted) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> hops(ProxyRequest request) {
        List<String> hops = new ArrayList<>();
        for (String field : request.headers().all("Forwarded")) {
            for (String element : field.split(",", -1)) {
                for (String pair : element.split(";", -1)) {
                    String trimmed = pair.strip();
                    if (trimmed.regionMatches(true, 0, "for=", 0, 4)) {
                        hops.add(trimmed.substring(4).replace("\"", ""));
                    }
                }
            }
        }
        if (hops.isEmpty()) {
            for (String field : request.headers().all("X-Forwarded-For")) {
                hops.addAll(List.of(field.split(",", -1)));
            }
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
        boolean literal = address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
                || address.indexOf(':') >= 0 && address.matches("[0-9a-fA-F:.]{2,45}");
        if (!literal) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(address));
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }
}
