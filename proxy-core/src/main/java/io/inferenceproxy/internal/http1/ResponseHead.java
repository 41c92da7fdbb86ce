package io.inferenceproxy.internal.http1;

import io.inferenceproxy.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What the head of an upstream's answer says, checked against RFC 9112 section 6.
 *
 * @param violation what is wrong with it, for the log; null when nothing
 * @param status the status, 100 to 599
 * @param length how long the body is, or would be; {@link #CHUNKED} or {@link #UNTIL_CLOSE} when only its end will tell
 * @param bodiless whether no body follows, whatever the length says
 * @param keepAlive whether the connection can be used again
 * @param headers the fields, framing fields among them
 */
public record ResponseHead(
        @Nullable String violation, int status, long length, boolean bodiless, boolean keepAlive, Headers headers) {

    /** The length of a body that comes in chunks. */
    public static final long CHUNKED = -1;

    /** The length of a body that ends with the connection. */
    public static final long UNTIL_CLOSE = -2;

    /** A head that is no valid HTTP. */
    public static ResponseHead broken(String violation) {
        return new ResponseHead(violation, 0, 0, true, false, Headers.empty());
    }

    /** A head that another decoder took apart. */
    public static ResponseHead of(String version, int status, Headers headers, boolean toHead) {
        return of(version, status, Framing.of(headers), headers, toHead);
    }

    static ResponseHead of(String version, int status, FieldLines fields, boolean toHead) {
        return of(version, status, Framing.of(fields), fields, toHead);
    }

    private static ResponseHead of(String version, int status, Framing framing, Headers headers, boolean toHead) {
        boolean http11 = version.equals("HTTP/1.1");
        if (!http11 && !version.equals("HTTP/1.0")) {
            return broken("the answer is of another version of HTTP");
        }
        if (status < 100 || status > 599) {
            return broken("the answer's status is " + status);
        }
        if (framing.lengths() > 0 && framing.length() == Framing.UNKNOWN) {
            return broken("the answer's Content-Length is not one number");
        }
        if (status < 200) {
            return new ResponseHead(null, status, 0, true, true, headers);
        }
        boolean keepAlive = !framing.closes() && (http11 || framing.keepsAlive());
        if (status == 204 || status == 304) {
            return new ResponseHead(null, status, 0, true, keepAlive, headers);
        }
        if (toHead) {
            long length = framing.lengths() > 0 ? framing.length() : UNTIL_CLOSE;
            return new ResponseHead(null, status, length, true, keepAlive, headers);
        }
        if (framing.codings() > 0) {
            return http11 && framing.isChunkedAlone() && framing.lengths() == 0
                    ? new ResponseHead(null, status, CHUNKED, false, keepAlive, headers)
                    : broken("the answer's Transfer-Encoding is not chunked alone");
        }
        return framing.lengths() > 0
                ? new ResponseHead(null, status, framing.length(), false, keepAlive, headers)
                : new ResponseHead(null, status, UNTIL_CLOSE, false, false, headers);
    }
}
