package io.inferenceproxy.call;

import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Where a call comes from: the peer of the connection, or, when that is a trusted proxy, whom it names.
 *
 * @param address the client
 * @param behindTrustedProxy whether the peer is a trusted proxy, whose Forwarded and X-Forwarded fields are believed
 */
public record ClientAddress(InetAddress address, boolean behindTrustedProxy) {

    private static final int IPV6_PREFIX_BYTES = 8;

    /** The key under which calls from here are counted: the address, for IPv6 its /64. */
    public String limitKey() {
        byte[] bytes = address.getAddress();
        return bytes.length == 4
                ? address.getHostAddress()
                : HexFormat.of().formatHex(bytes, 0, IPV6_PREFIX_BYTES) + "/64";
    }
}
