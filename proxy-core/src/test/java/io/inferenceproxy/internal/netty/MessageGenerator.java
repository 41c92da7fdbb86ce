package io.inferenceproxy.internal.netty;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Makes messages up: valid ones of every shape, and ones with a line or a word that need not be.
 *
 * <p>It is over 300 lines because the words that it chooses from stand one a line.
 */
final class MessageGenerator {

    private static final String[] METHODS = {
        "GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "M-SEARCH", "get"
    };
    private static final String[] TARGETS = {
        "/",
        "/api/inference",
        "/v1/chat/completions?stream=true",
        "/a/%41/%e2%82%ac",
        "/files/one.txt",
        "/~x",
        "http://model.example/p?q",
        "http://[::1]:8080",
        "/a!$&'()*+,=:@"
    };
    private static final String[] ODD_TARGETS = {
        "*", "//", "/a;b", "/../x", "/%", "/%00", "a", "ftp://x/", "http:///", "/\u00e9", "/#", "@evil", "/\\"
    };
    private static final String[] ODD_VERSIONS = {
        "HTTP/2.0", "HTTP/1.2", "http/1.1", "HTTP/11", "HTTP/1.10", "HTTP/", "X/1.1"
    };
    private static final String[] NAMES = {
        "Accept",
        "Authorization",
        "content-type",
        "User-Agent",
        "X-Request-Id",
        "COOKIE",
        "x",
        "traceparent",
        "Via",
        "X_Y.Z",
        "!#$%&'*+-.^_`|~",
        "Content-Lengths",
        "Expects",
        "Sec-WebSocket-Key2",
        "TE",
        "Trailer",
        "Upgrade"
    };
    private static final String[] LENGTHS = {
        "5, 5",
        "+5",
        "-0",
        "0x5",
        "",
        "5;",
        "05",
        "000000000000000005",
        "0000000000000000005",
        "18446744073709551621",
        "9223372036854775807",
        "5 5",
        "\u0665"
    };
    private static final String[] CODINGS = {
        "Chunked",
        "chunked, chunked",
        "identity",
        "gzip, chunked",
        "chunked, gzip",
        "",
        "\"chunked\"",
        "chunked;q=1",
        "xchunked",
        "chunked,",
        ",chunked",
        "chunk\u00e9d"
    };
    private static final String[] HOSTS = {"a b", "a/b", "a@b", "", "a:99999", "[::1", "a,b", "\u00e9", "a:b:1"};
    private static final String[] LINE_ENDS = {
        "\n", "\r", "\r\r\n", "\n\r", "\r\n ", "\r\n\t", " \r\n", "\r\n\r\n", "\0\r\n"
    };

    private final SplittableRandom random;
    private StringBuilder out = new StringBuilder();
    private boolean expects;

    MessageGenerator(SplittableRandom random) {
        this.random = random;
    }

    /** A request that nobody could refuse. */
    byte[] validRequest() {
        return message(true, 0);
    }

    /** An answer that nobody could refuse; only its length or the end of the connection ends its body. */
    byte[] validResponse() {
        return message(false, 0);
    }

    /** A request with something odd here and there. */
    byte[] oddRequest() {
        return message(true, 6);
    }

    /** An answer with something odd here and there. */
    byte[] oddResponse() {
        return message(false, 6);
    }

    private byte[] message(boolean request, int percentOdd) {
        out = new StringBuilder(512);
        expects = false;
        boolean http10 = random.nextInt(8) == 0;
        boolean bodiless;
        if (request) {
            requestLine(http10, percentOdd);
            bodiless = false;
        } else {
            bodiless = statusLine(http10, percentOdd);
        }
        boolean chunked = !http10 && !bodiless && random.nextInt(3) == 0;
        boolean sized = !chunked && !bodiless && random.nextInt(4) != 0;
        int size = random.nextInt(3) == 0 ? random.nextInt(3_000) : random.nextInt(40);
        int fields = random.nextInt(8);
        int framingAt = random.nextInt(fields + 1);
        int hostAt = random.nextInt(fields + 1);
        for (int i = 0; i <= fields; i++) {
            if (i == hostAt && request) {
                line(cased("Host"), isOdd(percentOdd) ? pick(HOSTS) : "model.example:8080", percentOdd);
            }
            if (i == framingAt && chunked) {
                line(cased("Transfer-Encoding"), isOdd(percentOdd) ? pick(CODINGS) : cased("chunked"), percentOdd);
            }
            if (i == framingAt && sized) {
                line(cased("Content-Length"), isOdd(percentOdd) ? pick(LENGTHS) : Integer.toString(size), percentOdd);
            }
            if (i < fields) {
                field(request, percentOdd);
            }
        }
        if (isOdd(percentOdd)) {
            oddLine(size);
        }
        lineEnd(percentOdd);
        if (chunked) {
            chunks(percentOdd);
        } else if (sized) {
            data(size);
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void requestLine(boolean http10, int percentOdd) {
        if (random.nextInt(12) == 0) {
            out.append("\r\n"); // a line too much behind the body before is skipped
        }
        out.append(isOdd(percentOdd) ? pick("CONNECT", "TRACE", "", "G(T", "\u00e9") : pick(METHODS));
        space(percentOdd);
        out.append(isOdd(percentOdd) ? pick(ODD_TARGETS) : pick(TARGETS));
        space(percentOdd);
        out.append(isOdd(percentOdd) ? pick(ODD_VERSIONS) : http10 ? "HTTP/1.0" : "HTTP/1.1");
        lineEnd(percentOdd);
    }

    private boolean statusLine(boolean http10, int percentOdd) {
        int status = isOdd(percentOdd) ? random.nextInt(1_100) : pick(200, 200, 404, 500, 599, 201, 204, 304, 103, 100);
        out.append(isOdd(percentOdd) ? pick(ODD_VERSIONS) : http10 ? "HTTP/1.0" : "HTTP/1.1");
        space(percentOdd);
        out.append(status);
        if (random.nextInt(8) != 0) {
            space(percentOdd);
            out.append(pick("OK", "", "Not Found", "a\tb", "\u00e9t\u00e9"));
        } else {
            out.append(' ');
        }
        lineEnd(percentOdd);
        return status < 200 || status == 204 || status == 304;
    }

    private void field(boolean request, int percentOdd) {
        switch (random.nextInt(12)) {
            case 0 ->
                line(
                        cased("Connection"),
                        pick("close", "keep-alive", "Close , x", "upgrade", "x,,keep-alive", "", ","),
                        percentOdd);
            case 1 -> {
                if (request && !expects) {
                    expects = true;
                    line(cased("Expect"), isOdd(percentOdd) ? "x" : cased("100-continue"), percentOdd);
                } else {
                    line("Server", "x", percentOdd);
                }
            }
            case 2 -> line(token(), text(), percentOdd);
            default -> line(pick(NAMES), text(), percentOdd);
        }
    }

    /** A line that makes framing unclear, or is none. */
    private void oddLine(int size) {
        String end = isOdd(20) ? pick(LINE_ENDS) : "\r\n";
        out.append(
                        switch (random.nextInt(8)) {
                            case 0 -> "Content-Length: " + size;
                            case 1 -> "Content-Length: " + pick(LENGTHS);
                            case 2 -> "Transfer-Encoding: " + pick(CODINGS);
                            case 3 -> "Transfer-Encoding: chunked";
                            case 4 -> "Sec-WebSocket-Key1: 1";
                            case 5 -> "Host: " + pick(HOSTS);
                            case 6 ->
                                pick(
                                        ": x",
                                        "x",
                                        "x y: z",
                                        "\u00e9: x",
                                        "x\t: y",
                                        " x: y",
                                        "x[]: y",
                                        "Content-Length : 3");
                            default -> "Expect: 100-continue";
                        })
                .append(end);
    }

    private void line(String name, String value, int percentOdd) {
        out.append(name);
        if (isOdd(percentOdd)) {
            out.append(pick(" ", "\t", "\0", "", ":"));
        }
        out.append(':').append(pick("", " ", " ", " ", "\t", "  ", " \t ")).append(value);
        out.append(pick("", "", "", "", " ", "\t", " \t"));
        lineEnd(percentOdd);
    }

    private void chunks(int percentOdd) {
        for (int i = random.nextInt(5); i > 0; i--) {
            int size = 1 + random.nextInt(random.nextInt(4) == 0 ? 700 : 20);
            chunkSize(Integer.toHexString(size), percentOdd);
            data(size);
            lineEnd(percentOdd);
        }
        chunkSize("0", percentOdd);
        for (int i = random.nextInt(8) == 0 ? random.nextInt(4) : 0; i > 0; i--) {
            line(
                    isOdd(percentOdd) ? pick("Content-Length", "Transfer-Encoding", "Host") : pick(NAMES),
                    text(),
                    percentOdd);
        }
        lineEnd(percentOdd);
    }

    private void chunkSize(String hex, int percentOdd) {
        if (isOdd(percentOdd)) {
            out.append(pick(
                    "0x",
                    "+",
                    "-",
                    " ",
                    "\t",
                    "",
                    "00000000",
                    "0000000000000000000",
                    "ffffffff",
                    "80000000",
                    "fffffffffffffff"));
        }
        if (random.nextInt(16) == 0) {
            out.append("00");
        }
        out.append(random.nextBoolean() ? hex : hex.toUpperCase(Locale.ROOT));
        if (isOdd(percentOdd)) {
            out.append(pick(
                    " ",
                    "\t",
                    "\0",
                    "g",
                    ";",
                    ";\n",
                    ";a\rb",
                    ";\"\r\n",
                    ",",
                    " ; \u0001",
                    ";a=\"\u00e9\"",
                    ";a=b ",
                    ";=b"));
        }
        if (random.nextInt(8) == 0) {
            out.append(pick("", " ", "\t ")).append(';').append(pick("a", "a=b", " a = b", "a=\"b;\\\"c\"", "a;b;c"));
        }
        lineEnd(percentOdd);
    }

    private void data(int size) {
        byte[] data = new byte[size];
        random.nextBytes(data);
        out.append(new String(data, StandardCharsets.ISO_8859_1));
    }

    private void space(int percentOdd) {
        out.append(isOdd(percentOdd) ? pick("  ", "\t", "", " \t", "\u000b", "\u00a0") : " ");
    }

    private void lineEnd(int percentOdd) {
        out.append(percentOdd > 0 && random.nextInt(100) == 0 ? pick(LINE_ENDS) : "\r\n");
    }

    private String text() {
        int length = random.nextInt(6) == 0 ? 0 : random.nextInt(40);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(20);
            text.append(
                    kind == 0
                            ? ' '
                            : kind == 1
                                    ? '\t'
                                    : (char) (kind == 2 ? 128 + random.nextInt(128) : '!' + random.nextInt(94)));
        }
        return text.toString();
    }

    private String token() {
        String letters = "abcXYZ019-_.!~";
        StringBuilder token = new StringBuilder("X");
        for (int i = random.nextInt(20); i > 0; i--) {
            token.append(letters.charAt(random.nextInt(letters.length())));
        }
        return token.toString();
    }

    private String cased(String text) {
        return switch (random.nextInt(6)) {
            case 0 -> text.toLowerCase(Locale.ROOT);
            case 1 -> text.toUpperCase(Locale.ROOT);
            default -> text;
        };
    }

    private boolean isOdd(int percent) {
        return percent > 0 && random.nextInt(100) < percent;
    }

    private String pick(String... of) {
        return of[random.nextInt(of.length)];
    }

    private int pick(int... of) {
        return of[random.nextInt(of.length)];
    }
}
