package io.inferenceproxy.internal.netty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the head of an upstream's answer says about its framing, checked against RFC 9112 section 6.
 *
 * @param violation what is wrong with it, for the log; null when nothing
 * @param length how long the body is; empty when it is chunked or ends with the connection
 * @param bodiless whether no body follows, whatever the length says
 * @param keepAlive whether the connection can be used again
 */
record ResponseHead(@Nullable String violation, OptionalLong length, boolean bodiless, boolean keepAlive) {

    private static final int LONGEST_LENGTH = 18;

    static ResponseHead of(HttpResponse response, String method) {
        HttpHeaders fields = response.headers();
        boolean http11 = response.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (!http11 && !response.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return violation("the answer is of another version of HTTP");
        }
        int status = response.status().code();
        if (status < 200 || status > 599) {
            return violation("the answer's status is " + status);
        }
        boolean keepAlive = http11
                ? !fields.containsValue(HttpHeaderNames.CONNECTION, "close", true)
                : fields.containsValue(HttpHeaderNames.CONNECTION, "keep-alive", true);
        List<String> codings = fields.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> lengths = fields.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (lengths.size() > 1 || lengths.size() == 1 && !isLength(lengths.get(0))) {
            return violation("the answer's Content-Length is not one number");
        }
        OptionalLong length =
                lengths.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(lengths.get(0)));
        if (status == 204 || status == 304) {
            return new ResponseHead(null, OptionalLong.of(0), true, keepAlive);
        }
        if (method.equals("HEAD")) {
            return new ResponseHead(null, length, true, keepAlive);
        }
        if (!codings.isEmpty()) {
            boolean chunked = codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked");
            return http11 && chunked && lengths.isEmpty()
                    ? new ResponseHead(null, OptionalLong.empty(), false, keepAlive)
                    : violation("the answer's Transfer-Encoding is not chunked alone");
        }
        return new ResponseHead(null, length, false, keepAlive && length.isPresent());
    }

    private static ResponseHead violation(String violation) {
        return new ResponseHead(violation, OptionalLong.empty(), false, false);
    }

    private static boolean isLength(String text) {
        if (text.isEmpty() || text.length() > LONGEST_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
