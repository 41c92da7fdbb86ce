package io.inferenceproxy.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Takes one body off the wire, part by part, strictly. A part of a chunked body is exactly one chunk. */
final class BodyDecoder {

    private static final int LONGEST_CHUNK_LINE = 4096;
    private static final int LARGEST_CHUNK = 64 << 20;

    private final WireInput input;
    private final BodyFraming framing;
    private long left;
    private boolean ended;
    private HeaderList trailers = HeaderList.EMPTY;
    private final List<Bytes> openChunk = new ArrayList<>();

    BodyDecoder(WireInput input, Extent extent) {
        this.input = input;
        this.framing = extent.framing();
        this.left = extent.length();
        this.ended = framing == BodyFraming.NONE || (framing == BodyFraming.LENGTH && left == 0);
    }

    /** The next part, never empty; nothing once the body is complete. A body that breaks off throws EOFException. */
    Optional<Bytes> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        return switch (framing) {
            case NONE -> Optional.empty();
            case LENGTH -> nextOfLength();
            case CHUNKED -> nextChunk();
            case UNTIL_CLOSE -> nextUntilClose();
        };
    }

    boolean ended() {
        return ended;
    }

    HeaderList trailers() {
        return trailers;
    }

    /** What had come of the chunk in which the body broke off. */
    Bytes openChunk() {
        return Bytes.join(openChunk);
    }

    private Optional<Bytes> nextOfLength() throws IOException {
        Bytes some = input.readSome(left);
        if (some.isEmpty()) {
            throw new EOFException("connection ended " + left + " bytes before the end of the body");
        }
        left -= some.length();
        ended = left == 0;
        return Optional.of(some);
    }

    private Optional<Bytes> nextUntilClose() throws IOException {
        Bytes some = input.readSome(Integer.MAX_VALUE);
        ended = some.isEmpty();
        return ended ? Optional.empty() : Optional.of(some);
    }

    private Optional<Bytes> nextChunk() throws IOException {
        int size = chunkSize(Head.line(input, LONGEST_CHUNK_LINE));
        if (size == 0) {
            trailers = Head.fields(input, LONGEST_CHUNK_LINE * 16);
            ended = true;
            return Optional.empty();
        }
        int missing = size;
        while (missing > 0) {
            Bytes some = input.readSome(missing);
            if (some.isEmpty()) {
                throw new EOFException("connection ended " + missing + " bytes before the end of a chunk");
            }
            missing -= some.length();
            openChunk.add(some);
        }
        String rest = Head.line(input, LONGEST_CHUNK_LINE);
        if (!rest.isEmpty()) {
            throw new MalformedMessageException("after a chunk of " + size + " bytes: " + Bytes.printable(rest));
        }
        Bytes chunk = openChunk();
        openChunk.clear();
        return Optional.of(chunk);
    }

    private static int chunkSize(String line) throws MalformedMessageException {
        int extension = line.indexOf(';');
        String digits = extension < 0 ? line : line.substring(0, extension);
        if (digits.isEmpty() || digits.length() > 8 || !digits.chars().allMatch(HexFormat::isHexDigit)) {
            throw new MalformedMessageException("chunk size: " + Bytes.printable(line) + " (expected: hexadecimal)");
        }
        long size = Long.parseLong(digits, 16);
        if (size > LARGEST_CHUNK) {
            throw new MalformedMessageException("chunk size: " + size + " (expected: up to " + LARGEST_CHUNK + ")");
        }
        return (int) size;
    }
}
