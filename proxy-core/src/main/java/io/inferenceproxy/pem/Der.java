package io.inferenceproxy.pem;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** As much of DER (X.690) as it takes to put older private keys into the wrapping that the JDK reads (RFC 5958). */
public final class Der {

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int SEQUENCE = 0x30;
    private static final int CURVE = 0xA0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d010101");
    private static final byte[] RSA_AND_NULL = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final byte[] ED25519 = HexFormat.of().parseHex("06032b6570");

    private Der() {}

    public static byte[] pkcs8OfPkcs1(byte[] rsa) {
        return wrapped(SEQUENCE, VERSION_0, RSA_AND_NULL, wrapped(OCTET_STRING, rsa));
    }

    /** The curve stands inside of a SEC 1 key (RFC 5915 section 3), and outside of it in PKCS#8. */
    public static byte[] pkcs8OfSec1(byte[] ec) {
        ByteBuffer fields = content(ByteBuffer.wrap(ec), SEQUENCE);
        content(fields, INTEGER);
        content(fields, OCTET_STRING);
        ByteBuffer curve = content(content(fields, CURVE), OBJECT_IDENTIFIER);
        byte[] identifier = new byte[curve.remaining()];
        curve.get(identifier);
        byte[] algorithm = wrapped(SEQUENCE, EC, wrapped(OBJECT_IDENTIFIER, identifier));
        return wrapped(SEQUENCE, VERSION_0, algorithm, wrapped(OCTET_STRING, ec));
    }

    /** The name of the JDK's key factory for a PKCS#8 key. */
    public static String algorithmOfPkcs8(byte[] key) {
        ByteBuffer fields = content(ByteBuffer.wrap(key), SEQUENCE);
        content(fields, INTEGER);
        return algorithm(content(fields, SEQUENCE));
    }

    /** The name of the JDK's key factory for a public key (RFC 5280 section 4.1). */
    public static String algorithmOfPublicKey(byte[] key) {
        return algorithm(content(content(ByteBuffer.wrap(key), SEQUENCE), SEQUENCE));
    }

    private static String algorithm(ByteBuffer identifier) {
        if (startsWith(identifier, RSA)) {
            return "RSA";
        }
        if (startsWith(identifier, EC)) {
            return "EC";
        }
        if (startsWith(identifier, ED25519)) {
            return "Ed25519";
        }
        throw new UnusablePem("a key of another kind (expected: RSA, EC or Ed25519)");
    }

    private static boolean startsWith(ByteBuffer buffer, byte[] start) {
        return buffer.remaining() >= start.length
                && buffer.slice(buffer.position(), start.length).equals(ByteBuffer.wrap(start));
    }

    private static ByteBuffer content(ByteBuffer in, int tag) {
        if (in.remaining() < 2 || (in.get() & 0xFF) != tag) {
            throw new UnusablePem("damaged");
        }
        int length = in.get() & 0xFF;
        if (length > 0x82) {
            throw new UnusablePem("damaged");
        }
        if (length >= 0x80) {
            int bytes = length - 0x80;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | in.get() & 0xFF;
            }
        }
        if (length > in.remaining()) {
            throw new UnusablePem("damaged");
        }
        ByteBuffer content = in.slice(in.position(), length);
        in.position(in.position() + length);
        return content;
    }

    private static byte[] wrapped(int tag, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length & 0xFF);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
