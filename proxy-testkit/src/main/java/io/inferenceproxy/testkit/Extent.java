package io.inferenceproxy.testkit;

import java.util.List;

/** How far a body goes, derived from the head of its message (RFC 9112 §6.3); {@code length} counts for LENGTH only. */
record Extent(BodyFraming framing, long length) {

    private static final int MOST_DIGITS = 18;
    private static final Extent NONE = new Extent(BodyFraming.NONE, 0);

    static Extent ofRequest(HeaderList headers) throws MalformedMessageException {
        return of(headers, NONE);
    }

    static Extent ofResponse(int status, HeaderList headers) throws MalformedMessageException {
        if (status < 200 || status == 204 || status == 304) {
            return NONE;
        }
        return of(headers, new Extent(BodyFraming.UNTIL_CLOSE, 0));
    }

    private static Extent of(HeaderList headers, Extent otherwise) throws MalformedMessageException {
        List<String> lengths = headers.all("Content-Length");
        List<String> codings = headers.all("Transfer-Encoding");
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty()) {
                throw new MalformedMessageException("Content-Length beside Transfer-Encoding");
            }
            if (codings.size() != 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
                throw new MalformedMessageException("Transfer-Encoding: " + codings + " (expected: chunked, once)");
            }
            return new Extent(BodyFraming.CHUNKED, 0);
        }
        if (lengths.isEmpty()) {
            return otherwise;
        }
        String length = lengths.get(0);
        if (lengths.size() > 1
                || length.isEmpty()
                || length.length() > MOST_DIGITS
                || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new MalformedMessageException("Content-Length: " + lengths + " (expected: one number)");
        }
        return new Extent(BodyFraming.LENGTH, Long.parseLong(length));
    }
}
