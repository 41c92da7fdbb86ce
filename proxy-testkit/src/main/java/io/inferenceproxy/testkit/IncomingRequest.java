package io.inferenceproxy.testkit;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** One request while it comes in. Only the connection's thread reads; any thread may take the snapshot. */
final class IncomingRequest {

    private final int connection;
    private final WireInput input;
    private final int bodyCap;
    private final List<Bytes> body = new ArrayList<>();
    private final MessageDigest digest = Bytes.newSha256();
    private Extent extent = new Extent(BodyFraming.NONE, 0);
    private Bytes rawHead = Bytes.EMPTY;
    private int kept;
    private long length;
    private volatile ReceivedRequest snapshot;

    IncomingRequest(int connection, WireInput input, int bodyCap) {
        this.connection = connection;
        this.input = input;
        this.bodyCap = bodyCap;
        this.snapshot = new ReceivedRequest(
                connection,
                "",
                "",
                Bytes.EMPTY,
                HeaderList.EMPTY,
                Bytes.EMPTY,
                0,
                Bytes.EMPTY.sha256(),
                BodyFraming.NONE,
                HeaderList.EMPTY,
                false);
    }

    ReceivedRequest snapshot() {
        return snapshot;
    }

    boolean announcesBody() {
        return extent.framing() == BodyFraming.CHUNKED || extent.length() > 0;
    }

    void readHead() throws IOException {
        try {
            Head head = Head.read(input);
            String[] line = head.startLine().split(" ", -1);
            if (line.length != 3 || !Head.isToken(line[0]) || !line[2].matches("HTTP/1\\.[01]")) {
                throw new MalformedMessageException("request line: " + Bytes.printable(head.startLine())
                        + " (expected: METHOD target HTTP/1.1, one space between)");
            }
            HeaderList headers = head.headers();
            update(line[0], line[1], headers, HeaderList.EMPTY, false);
            checkTarget(line[0], line[1]);
            if (headers.all("Host").size() != 1 && line[2].equals("HTTP/1.1")) {
                throw new MalformedMessageException("Host: " + headers.all("Host") + " (expected: exactly one)");
            }
            extent = Extent.ofRequest(headers);
        } finally {
            keepHead();
        }
    }

    void readBody() throws IOException {
        BodyDecoder decoder = new BodyDecoder(input, extent);
        ReceivedRequest head = snapshot;
        try {
            Optional<Bytes> part = decoder.next();
            while (part.isPresent()) {
                add(part.get());
                part = decoder.next();
            }
        } catch (IOException e) {
            add(decoder.openChunk());
            update(head.method(), head.target(), head.headers(), HeaderList.EMPTY, false);
            throw e;
        }
        update(head.method(), head.target(), head.headers(), decoder.trailers(), true);
    }

    private void add(Bytes part) {
        digest.update(part.toArray());
        length += part.length();
        if (kept < bodyCap) {
            Bytes beginning = part.slice(0, Math.min(part.length(), bodyCap - kept));
            body.add(beginning);
            kept += beginning.length();
        }
    }

    private void keepHead() {
        ReceivedRequest known = snapshot;
        rawHead = input.consumed();
        update(known.method(), known.target(), known.headers(), HeaderList.EMPTY, false);
    }

    private void update(String method, String target, HeaderList headers, HeaderList trailers, boolean complete) {
        snapshot = new ReceivedRequest(
                connection,
                method,
                target,
                rawHead,
                headers,
                Bytes.join(body),
                length,
                sha256(),
                extent.framing(),
                trailers,
                complete);
    }

    private String sha256() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256: cannot be copied (expected: as in every JDK)", e);
        }
    }

    private static void checkTarget(String method, String target) throws MalformedMessageException {
        boolean form = target.startsWith("/")
                || target.matches("(?i)https?://.+")
                || (target.equals("*") && method.equals("OPTIONS"))
                || method.equals("CONNECT");
        if (!form || !target.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#')) {
            throw new MalformedMessageException("target: " + Bytes.printable(target) + " (expected: /path?query)");
        }
    }
}
