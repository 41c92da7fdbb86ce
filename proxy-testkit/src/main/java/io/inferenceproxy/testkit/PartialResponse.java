package io.inferenceproxy.testkit;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An answer whose head was read and whose body is being read, in parts of the reader's choice. */
final class PartialResponse {

    private final WireInput input;
    private final RawResponse head;
    private final BodyDecoder decoder;
    private final List<Bytes> parts = new ArrayList<>();
    private Bytes unread = Bytes.EMPTY;

    PartialResponse(WireInput input, RawResponse head) throws MalformedMessageException {
        this.input = input;
        this.head = head;
        this.decoder = new BodyDecoder(input, Extent.ofResponse(head.status(), head.headers()));
    }

    static RawResponse head(Head head, List<RawResponse> interim, WireInput input) throws IOException {
        String line = head.startLine();
        if (!line.matches("HTTP/1\\.[01] [1-9][0-9]{2}( [\\t -~\\x80-\\xff]*)?")) {
            throw new MalformedMessageException(
                    "status line: " + Bytes.printable(line) + " (expected: HTTP/1.1 200 reason)");
        }
        int status = Integer.parseInt(line.substring(9, 12));
        String reason = line.length() > 13 ? line.substring(13) : "";
        BodyFraming framing = Extent.ofResponse(status, head.headers()).framing();
        boolean complete = framing == BodyFraming.NONE;
        return new RawResponse(
                status,
                reason,
                head.headers(),
                framing,
                Bytes.EMPTY,
                HeaderList.EMPTY,
                complete,
                interim,
                input.consumed());
    }

    Optional<Bytes> readChunk() throws IOException {
        if (!unread.isEmpty()) {
            Bytes rest = unread;
            unread = Bytes.EMPTY;
            return Optional.of(rest);
        }
        return take();
    }

    Optional<String> readLine() throws IOException {
        int end = lineEnd();
        while (end < 0) {
            Optional<Bytes> more = take();
            if (more.isEmpty()) {
                return unread.isEmpty() ? Optional.empty() : readChunk().map(Bytes::utf8);
            }
            unread = unread.plus(more.get());
            end = lineEnd();
        }
        String line = unread.slice(0, end).utf8();
        unread = unread.slice(end + 1, unread.length());
        return Optional.of(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }

    Optional<Sse.Event> readEvent() throws IOException {
        StringBuilder lines = new StringBuilder();
        Optional<String> line = readLine();
        while (line.isPresent()) {
            lines.append(line.get()).append('\n');
            List<Sse.Event> events = Sse.parse(lines.toString()).events();
            if (!events.isEmpty()) {
                return Optional.of(events.get(0));
            }
            line = readLine();
        }
        return Optional.empty();
    }

    RawResponse readRest() throws IOException {
        boolean complete = true;
        try {
            while (take().isPresent()) {
                // What is taken is kept.
            }
        } catch (SocketTimeoutException | MalformedMessageException e) {
            throw e;
        } catch (IOException e) {
            // The end came too early, with FIN or RST: the answer says so itself.
            complete = false;
            parts.add(decoder.openChunk());
        }
        return head.withBody(Bytes.join(parts), decoder.trailers(), complete, input.consumed());
    }

    private Optional<Bytes> take() throws IOException {
        Optional<Bytes> next = decoder.next();
        next.ifPresent(parts::add);
        return next;
    }

    private int lineEnd() {
        return unread.latin1().indexOf('\n');
    }
}
