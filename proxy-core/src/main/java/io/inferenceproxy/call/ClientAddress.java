package io.inferenceproxy.call;

import java.net.Inet4Address;
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

    /** Before an IPv4 address: in IPv6 it would be one of those that are never used as such (RFC 4291, section 2.5.5). */
    private static final long IPV4 = 0xFFFFL << 32;

    /** The key under which calls from here are counted: the address, for IPv6 its /64. */
    public String limitKey() {
        byte[] bytes = address.getAddress();
        return bytes.length == 4
                ? address.getHostAddress()
                : HexFormat.of().formatHex(bytes, 0, IPV6_PREFIX_BYTES) + "/64";
    }

    /** What {@link #limitKey} says, as a number: the first half of an IPv6 address; IPv4 addresses are as in {@code ::ffff:0:0/96}. */
    public long limitNumber() {
        if (address instanceof Inet4Address ipv4) {
            byte[] bytes = ipv4.getAddress(); // with places that are known, so that it need not be made
            return IPV4 | (bytes[0] & 0xFFL) << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
        }
        byte[] bytes = address.getAddress();
        long number = 0;
        for (int i = 0; i < IPV6_PREFIX_BYTES; i++) {
            number = number << 8 | bytes[i] & 0xFF;
        }
        return number;
    }
}
