package io.inferenceproxy.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The start line and the fields of a message, read by the letter of RFC 9112 and nothing beside it. */
record Head(String startLine, HeaderList headers) {

    /** Enough for every fault that a test may want to see arrive whole. */
    private static final int LARGEST = 4 << 20;

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    /** Reads up to and including the empty line. */
    static Head read(WireInput input) throws IOException {
        int budget = LARGEST;
        String startLine = line(input, budget);
        budget -= startLine.length();
        return new Head(startLine, fields(input, budget));
    }

    /** Reads field lines up to and including the empty line; also the trailer section of a chunked body. */
    static HeaderList fields(WireInput input, int budget) throws IOException {
        List<HeaderField> fields = new ArrayList<>();
        int left = budget;
        while (true) {
            String line = line(input, left);
            if (line.isEmpty()) {
                return new HeaderList(fields);
            }
            left -= line.length() + 2;
            fields.add(field(line));
        }
    }

    /** Reads one line, which must end in CRLF and hold no other CR, LF or NUL, and returns it without its end. */
    static String line(WireInput input, int budget) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = input.read();
            if (c < 0) {
                throw new EOFException("connection ended within the line " + Bytes.printable(line.toString()));
            }
            if (c == '\r') {
                if (input.read() != '\n') {
                    throw new MalformedMessageException("CR without LF after " + Bytes.printable(line.toString()));
                }
                return line.toString();
            }
            if (c == '\n') {
                throw new MalformedMessageException("LF without CR after " + Bytes.printable(line.toString()));
            }
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new MalformedMessageException(
                        "control character " + c + " after " + Bytes.printable(line.toString()));
            }
            if (line.length() >= budget) {
                throw new MalformedMessageException("head: over " + LARGEST + " bytes");
            }
            line.append((char) c);
        }
    }

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(Head::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || TOKEN_MARKS.indexOf(c) >= 0;
    }

    private static HeaderField field(String line) throws MalformedMessageException {
        int colon = line.indexOf(':');
        String name = colon < 0 ? line : line.substring(0, colon);
        if (colon < 0 || !isToken(name)) {
            throw new MalformedMessageException("field line: " + Bytes.printable(line) + " (expected: name: value)");
        }
        return new HeaderField(name, line.substring(colon + 1).strip());
    }
}
