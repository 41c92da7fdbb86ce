package io.inferenceproxy.units;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A block of IP addresses, {@code 10.0.0.0/8} or {@code fd00::/8}; a bare address means itself alone (RFC 4632, RFC 4291). */
public final class Cidr {

    /** What the JDK reads as it stands; anything else, 999.1.1.1 say, it would look up as a name. */
    private static final Pattern LITERAL = Pattern.compile(
            "((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}|(?=.*:)[0-9a-fA-F:][0-9a-fA-F:.]{1,44}");

    private final byte[] network;
    private final int prefix;

    private Cidr(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /**
     * Reads an address with an optional prefix length. Names are not looked up.
     *
     * @throws IllegalArgumentException when it is not a literal address or the prefix is out of range
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        try {
            if (!LITERAL.matcher(address).matches()) {
                throw new IllegalArgumentException("not a literal address");
            }
            byte[] bytes = InetAddress.getByName(address).getAddress();
            int prefix = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (prefix < 0 || prefix > bytes.length * 8) {
                throw new IllegalArgumentException("prefix out of range");
            }
            return new Cidr(masked(bytes, prefix), prefix);
        } catch (UnknownHostException | IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "network: " + text + " (expected: an address or a block such as 10.0.0.0/8 or fd00::/8)",
                    malformed);
        }
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (((bytes[i] ^ network[i]) & mask(i, prefix)) != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] &= (byte) mask(i, prefix);
        }
        return masked;
    }

    /** Which bits of that byte belong to the network. */
    private static int mask(int index, int prefix) {
        int keep = Math.max(0, Math.min(8, prefix - 8 * index));
        return 0xff00 >> keep & 0xff;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr cidr && prefix == cidr.prefix && Arrays.equals(network, cidr.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefix;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + prefix;
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of " + network.length + " bytes", impossible);
        }
    }
}
