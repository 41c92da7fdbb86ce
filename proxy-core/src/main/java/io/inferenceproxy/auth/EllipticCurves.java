package io.inferenceproxy.auth;

import com.nimbusds.jose.jwk.Curve;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;

/** The curves of the ES algorithms (RFC 7518 section 3.4), and the public half of a private key on them. */
final class EllipticCurves {

    private static final BigInteger TWO = BigInteger.TWO;
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private EllipticCurves() {}

    /** {@code P-256}, {@code P-384} or {@code P-521}. */
    static String nameOf(ECPublicKey key) {
        return curveOf(key.getParams()).getName();
    }

    /**
     * The public half, by the textbook: PEM files often lack it, and the JDK has no call for it. It is computed once, at
     * the start, so its speed and its even pace do not matter.
     */
    static PublicKey publicKeyOf(ECPrivateKey key) throws GeneralSecurityException {
        ECParameterSpec curve = key.getParams();
        curveOf(curve);
        BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
        BigInteger a = curve.getCurve().getA();
        BigInteger factor = key.getS();
        ECPoint product = ECPoint.POINT_INFINITY;
        for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
            product = sum(product, product, p, a);
            if (factor.testBit(bit)) {
                product = sum(product, curve.getGenerator(), p, a);
            }
        }
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(product, curve));
    }

    private static ECPoint sum(ECPoint one, ECPoint other, BigInteger p, BigInteger a) {
        if (one.equals(ECPoint.POINT_INFINITY)) {
            return other;
        }
        if (other.equals(ECPoint.POINT_INFINITY)) {
            return one;
        }
        BigInteger x1 = one.getAffineX();
        BigInteger y1 = one.getAffineY();
        BigInteger x2 = other.getAffineX();
        BigInteger y2 = other.getAffineY();
        if (x1.equals(x2) && y1.add(y2).mod(p).signum() == 0) {
            return ECPoint.POINT_INFINITY;
        }
        BigInteger slope = x1.equals(x2)
                ? x1.pow(2).multiply(THREE).add(a).multiply(y1.multiply(TWO).modInverse(p))
                : y2.subtract(y1).multiply(x2.subtract(x1).modInverse(p));
        BigInteger x = slope.pow(2).subtract(x1).subtract(x2).mod(p);
        return new ECPoint(x, slope.multiply(x1.subtract(x)).subtract(y1).mod(p));
    }

    private static Curve curveOf(ECParameterSpec parameters) {
        Curve curve = Curve.forECParameterSpec(parameters);
        if (!Curve.P_256.equals(curve) && !Curve.P_384.equals(curve) && !Curve.P_521.equals(curve)) {
            throw new KeyMaterial.Unusable("an EC key on another curve (expected: P-256, P-384 or P-521)");
        }
        return curve;
    }
}
