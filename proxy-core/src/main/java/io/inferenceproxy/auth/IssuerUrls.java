package io.inferenceproxy.auth;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where keys may be fetched from: by {@code https}, or from this machine. */
final class IssuerUrls {

    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private IssuerUrls() {}

    /** Refuses an address that is not one of https with a host, or of http on this machine. */
    static URI require(URI url, String key) {
        if (!isUsable(url)) {
            throw new IllegalArgumentException(key
                    + ": not usable (expected: an https URL with a host, without user or fragment; http for localhost,"
                    + " 127.0.0.1 and [::1] alone)");
        }
        return url;
    }

    static void requireDiscoverable(String issuer) {
        try {
            URI url = new URI(issuer);
            if (isUsable(url) && url.getRawQuery() == null) {
                return;
            }
        } catch (URISyntaxException noUrl) {
            throw undiscoverable(noUrl);
        }
        throw undiscoverable(null);
    }

    private static IllegalArgumentException undiscoverable(@Nullable Throwable cause) {
        return new IllegalArgumentException(
                "issuer: no https URL, so its keys cannot be discovered (expected: one, or a jwks-url)", cause);
    }

    /** OpenID Connect Discovery 1.0, section 4. */
    static URI discoveryOf(String issuer) {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return URI.create(base + DISCOVERY);
    }

    private static boolean isUsable(URI url) {
        boolean plain = url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null;
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        return plain && (scheme.equals("https") || scheme.equals("http") && isLoopback(url));
    }

    private static boolean isLoopback(URI url) {
        return LOOPBACK.contains(url.getHost().toLowerCase(Locale.ROOT));
    }

    /**
     * Whether an address that discovery gave may be asked, though nobody configured it: one of the issuer's own host, else
     * https to a host that is not within a private network. Looks the name up, so it blocks.
     */
    static boolean mayLeadTo(URI found, URI from) {
        if (!isUsable(found)) {
            return false;
        }
        if (found.getHost().equalsIgnoreCase(from.getHost())) {
            return found.getScheme().equalsIgnoreCase("https")
                    || from.getScheme().equalsIgnoreCase("http");
        }
        if (!found.getScheme().equalsIgnoreCase("https")) {
            return false;
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(found.getHost())) {
                if (isPrivate(address)) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xFE) == 0xFC;
        boolean shared = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xC0) == 64;
        return uniqueLocal
                || shared
                || address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress();
    }
}
