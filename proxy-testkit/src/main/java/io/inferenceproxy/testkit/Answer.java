package io.inferenceproxy.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An ordinary answer: status, headers, body, and how and when they are written.
 *
 * <p>Nothing is added to the headers but what tells the end of the body, and that only if {@code framing} asks for it; there
 * is no {@code Date}. A {@code HEAD} request gets the head alone.
 *
 * @param status the status code; reason phrases are those of RFC 9110 for common codes, else {@code Status}
 * @param headers the header fields in the order in which they are written
 * @param chunks the body in the parts in which it is written
 * @param framing how the end of the body is told (default: {@code LENGTH}, {@code NONE} for 1xx, 204 and 304)
 * @param trailers the trailer fields of a chunked body
 * @param interim heads of interim answers, written first, each as raw bytes
 * @param headDelay how long to wait before the head (default: not at all)
 * @param chunkDelay how long to wait before each chunk (default: not at all)
 * @param ending what to do with the connection afterwards (default: {@code KEEP_ALIVE})
 * @param timing when the answer begins (default: {@code AFTER_REQUEST})
 */
public record Answer(
        int status,
        HeaderList headers,
        List<Bytes> chunks,
        BodyFraming framing,
        HeaderList trailers,
        List<Bytes> interim,
        Duration headDelay,
        Duration chunkDelay,
        Ending ending,
        Timing timing)
        implements Reply {

    /** When an answer begins. */
    public enum Timing {
        /** Once the whole request was received. */
        AFTER_REQUEST,
        /** Once the head of the request was received; the body is read afterwards, if the ending allows it. */
        AFTER_HEAD
    }

    /** Copies the lists. */
    public Answer {
        chunks = List.copyOf(chunks);
        interim = List.copyOf(interim);
    }

    /** An answer without headers and body. */
    public static Answer of(int status) {
        return new Answer(
                status,
                HeaderList.EMPTY,
                List.of(),
                status < 200 || status == 204 || status == 304 ? BodyFraming.NONE : BodyFraming.LENGTH,
                HeaderList.EMPTY,
                List.of(),
                Duration.ZERO,
                Duration.ZERO,
                Ending.KEEP_ALIVE,
                Timing.AFTER_REQUEST);
    }

    /** 200 with this JSON. */
    public static Answer json(String json) {
        return of(200).withHeader("Content-Type", "application/json").withBody(json);
    }

    /** 200 with this text in UTF-8. */
    public static Answer text(String text) {
        return of(200).withHeader("Content-Type", "text/plain; charset=utf-8").withBody(text);
    }

    /** With another status. */
    public Answer withStatus(int other) {
        return new Answer(other, headers, chunks, framing, trailers, interim, headDelay, chunkDelay, ending, timing);
    }

    /** With one more header field. */
    public Answer withHeader(String name, String value) {
        return new Answer(
                status,
                headers.with(name, value),
                chunks,
                framing,
                trailers,
                interim,
                headDelay,
                chunkDelay,
                ending,
                timing);
    }

    /** With this body in UTF-8, written at once. */
    public Answer withBody(String text) {
        return withBody(Bytes.ofUtf8(text));
    }

    /** With this body, written at once. */
    public Answer withBody(Bytes body) {
        return withParts(framing, List.of(body));
    }

    /** With a chunked body of exactly these chunks, in UTF-8. */
    public Answer withChunks(String... texts) {
        return withParts(
                BodyFraming.CHUNKED, Stream.of(texts).map(Bytes::ofUtf8).toList());
    }

    /** With another way to tell the end of the body; {@code UNTIL_CLOSE} also closes the connection. */
    public Answer withFraming(BodyFraming other) {
        Answer answer = withParts(other, chunks);
        return other == BodyFraming.UNTIL_CLOSE ? answer.withEnding(Ending.CLOSE) : answer;
    }

    /** With one more trailer field; the body becomes chunked. */
    public Answer withTrailer(String name, String value) {
        return new Answer(
                status,
                headers,
                chunks,
                BodyFraming.CHUNKED,
                trailers.with(name, value),
                interim,
                headDelay,
                chunkDelay,
                ending,
                timing);
    }

    /** With an interim answer (100 to 199) before the final one; repeatable. */
    public Answer withInterim(int interimStatus, HeaderField... fields) {
        List<Bytes> more = new ArrayList<>(interim);
        more.add(Bytes.ofLatin1(statusLine(interimStatus) + new HeaderList(List.of(fields)).lines() + "\r\n"));
        return new Answer(status, headers, chunks, framing, trailers, more, headDelay, chunkDelay, ending, timing);
    }

    /** Waits before the final head; interim answers are out by then. */
    public Answer withHeadDelay(Duration delay) {
        return new Answer(status, headers, chunks, framing, trailers, interim, delay, chunkDelay, ending, timing);
    }

    /** Waits before each part of the body. */
    public Answer withChunkDelay(Duration delay) {
        return new Answer(status, headers, chunks, framing, trailers, interim, headDelay, delay, ending, timing);
    }

    /** With something else to do with the connection afterwards, unannounced. */
    public Answer withEnding(Ending other) {
        return new Answer(status, headers, chunks, framing, trailers, interim, headDelay, chunkDelay, other, timing);
    }

    /** Closes the connection afterwards, and says so with {@code Connection: close}. */
    public Answer withConnectionClose() {
        return withHeader("Connection", "close").withEnding(Ending.CLOSE);
    }

    /** With another time to begin. */
    public Answer withTiming(Timing other) {
        return new Answer(status, headers, chunks, framing, trailers, interim, headDelay, chunkDelay, ending, other);
    }

    @Override
    public boolean awaitsBody() {
        return timing == Timing.AFTER_REQUEST;
    }

    @Override
    public void play(Exchange exchange) throws IOException, InterruptedException {
        for (Bytes head : interim) {
            exchange.write(head);
        }
        exchange.pause(headDelay);
        List<Bytes> parts = exchange.request().method().equals("HEAD") ? List.of(head()) : parts();
        if (chunkDelay.isZero()) {
            parts = List.of(Bytes.join(parts));
        }
        int last = parts.size() - 1;
        for (Bytes part : parts.subList(0, last)) {
            exchange.write(part);
            exchange.pause(chunkDelay);
        }
        if (ending == Ending.HOLD) {
            exchange.write(parts.get(last));
        } else {
            exchange.writeLast(parts.get(last));
        }
        exchange.end(ending);
    }

    /** The final head as it goes on the wire. */
    Bytes head() {
        HeaderList all = switch (framing) {
            case LENGTH ->
                headers.with(
                        "Content-Length",
                        String.valueOf(chunks.stream().mapToInt(Bytes::length).sum()));
            case CHUNKED -> headers.with("Transfer-Encoding", "chunked");
            case NONE, UNTIL_CLOSE -> headers;
        };
        return Bytes.ofLatin1(statusLine(status) + all.lines() + "\r\n");
    }

    private List<Bytes> parts() {
        List<Bytes> parts = new ArrayList<>(List.of(head()));
        boolean chunked = framing == BodyFraming.CHUNKED;
        chunks.forEach(chunk -> parts.add(chunked ? chunk(chunk) : chunk));
        if (chunked) {
            Bytes end = Bytes.ofLatin1("0\r\n" + trailers.lines() + "\r\n");
            parts.add(parts.remove(parts.size() - 1).plus(end));
        }
        return parts;
    }

    static Bytes chunk(Bytes data) {
        return Bytes.ofLatin1(Integer.toHexString(data.length()) + "\r\n")
                .plus(data)
                .plus(Bytes.ofLatin1("\r\n"));
    }

    private Answer withParts(BodyFraming otherFraming, List<Bytes> parts) {
        return new Answer(
                status, headers, parts, otherFraming, trailers, interim, headDelay, chunkDelay, ending, timing);
    }

    private static String statusLine(int status) {
        return "HTTP/1.1 " + status + " " + Reasons.of(status) + "\r\n";
    }
}
