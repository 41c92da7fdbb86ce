package io.inferenceproxy.internal.http1;

import static io.inferenceproxy.internal.http1.Octets.CR;
import static io.inferenceproxy.internal.http1.Octets.LF;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Scans the head of a message (RFC 9112) in one walk over its bytes, strict by the letter, and keeps where things stand in
 * it: no string is made. It goes on where it stopped when a head comes in pieces.
 *
 * <p>Whoever uses it copies bytes into {@link #block()} behind {@link #filled()}, as many as there are and as there is
 * {@link #room()}, and calls {@link #scan}; what was copied beyond the end of the head is not looked at. For each head there
 * is a new block, since what was scanned lives on in it. Used by one thread at a time.
 *
 * <p>What is refused, beside what the tables of {@link Octets} do not allow: line ends other than CR LF, lines continued by
 * white space (obs-fold), white space before a colon, names that are empty, a first line that is not three words parted by
 * single spaces.
 *
 * <p>It is over 300 lines because it is one machine: where a head stops, each of its states must be able to go on.
 */
public final class HeadScanner {

    /** What a walk came to. */
    public enum Outcome {
        /** The head goes on in bytes that have not come. */
        MORE,
        /** The head is whole. */
        WHOLE,
        /** It is not a valid head. */
        BROKEN,
        /** It is longer than it may be. */
        TOO_LONG
    }

    private static final byte[] NOTHING = new byte[0];
    private static final int[] NO_INDEX = new int[0];
    private static final int FIRST_BLOCK = 1 << 10;
    private static final int FIRST_FIELDS = 16;

    private final FirstLine kind;
    private final int longest;
    private byte[] block = NOTHING;
    private int filled;
    private int lineAt;
    private int lineEndSought;
    private boolean inFields;
    private int begin;
    private int firstLineEnd;
    private int firstWordEnd;
    private int secondWordEnd;
    private int[] index = NO_INDEX;
    private int indexed;
    private int end;
    private int lastLength = FIRST_BLOCK;
    private int lastIndexed = FIRST_FIELDS * FieldLines.STRIDE;
    private @Nullable String violation;

    /** What the first line has to be. */
    enum FirstLine {
        REQUEST,
        STATUS,
        /** There is none: these are the trailer fields behind a chunked body. */
        NONE
    }

    /** @param longest how many bytes a head may have, the line ends of its last line included */
    HeadScanner(FirstLine kind, int longest) {
        this.kind = kind;
        this.longest = longest;
        this.inFields = kind == FirstLine.NONE;
    }

    /** A scanner of the trailer fields behind a chunked body (RFC 9112 section 7.1.2). */
    public static HeadScanner ofTrailers(int longest) {
        return new HeadScanner(FirstLine.NONE, longest);
    }

    /** Where the bytes of the head go. */
    public byte[] block() {
        return block;
    }

    /** How many bytes there are already. */
    public int filled() {
        return filled;
    }

    /** How many more it takes for now; makes the block larger when it is full. At least one. */
    public int room() {
        if (filled == block.length) {
            block = filled == 0
                    ? new byte[Math.min(longest, lastLength)]
                    : Arrays.copyOf(block, Math.min(longest, 2 * filled));
            if (filled == 0) {
                index = new int[lastIndexed];
            }
        }
        return block.length - filled;
    }

    /** Whether some of a head has come, but for empty lines in front of it. */
    public boolean begun() {
        return filled > begin;
    }

    /** Walks on over bytes that were added; after any outcome but {@code MORE} only {@link #reset} makes it go on. */
    public Outcome scan(int added) {
        filled += added;
        if (lineEndSought > lineAt && !isLineDecided()) {
            return more();
        }
        if (!inFields) {
            if (kind == FirstLine.REQUEST) {
                skipEmptyLines();
            }
            Outcome first = kind == FirstLine.REQUEST ? requestLine() : statusLine();
            if (first != Outcome.WHOLE) {
                return first == Outcome.MORE ? more() : first;
            }
            inFields = true;
        }
        Outcome fields = fieldLines();
        return fields == Outcome.MORE ? more() : fields;
    }

    /** So that a line that comes byte by byte is not walked from its start for each of them. */
    private boolean isLineDecided() {
        if (block[lineEndSought - 1] == CR) {
            return true;
        }
        for (int i = lineEndSought; i < filled; i++) {
            if (block[i] == LF) {
                return true;
            }
        }
        return false;
    }

    private Outcome more() {
        lineEndSought = filled;
        return filled == longest ? Outcome.TOO_LONG : Outcome.MORE;
    }

    /** Robustness that RFC 9112 section 2.2 asks for: a client may end its last body with a line too much. */
    private void skipEmptyLines() {
        while (lineAt + 1 < filled && block[lineAt] == CR && block[lineAt + 1] == LF) {
            lineAt += 2;
        }
        begin = lineAt < filled && lineAt + 1 == filled && block[lineAt] == CR ? filled : lineAt;
    }

    private Outcome requestLine() {
        int at = lineAt;
        int method = Octets.tokenEnd(block, at, filled);
        if (method == filled) {
            return Outcome.MORE;
        }
        if (block[method] == CR && method == at) {
            return filled - at == 1 ? Outcome.MORE : broken("a bare CR");
        }
        if (method == at || block[method] != Octets.SPACE) {
            return broken("the method is not a token with one space behind it");
        }
        int target = Octets.visibleEnd(block, method + 1, filled);
        if (target == filled) {
            return Outcome.MORE;
        }
        if (target == method + 1 || block[target] != Octets.SPACE) {
            return broken("the request line is not three words");
        }
        int version = Octets.visibleEnd(block, target + 1, filled);
        firstWordEnd = method;
        secondWordEnd = target;
        return lineEnd(version, "the version has no line end behind it");
    }

    private Outcome statusLine() {
        int version = Octets.visibleEnd(block, lineAt, filled);
        if (version == filled) {
            return Outcome.MORE;
        }
        if (block[version] != Octets.SPACE) {
            return broken("the status line has no space behind its version");
        }
        int status = Octets.visibleEnd(block, version + 1, filled);
        if (status == filled) {
            return Outcome.MORE;
        }
        if (block[status] != Octets.SPACE && block[status] != CR) {
            return broken("the status has neither a space nor a line end behind it");
        }
        firstWordEnd = version;
        secondWordEnd = status;
        return lineEnd(Octets.textEnd(block, status, filled), "a control character in the status line");
    }

    /** The line must end there. */
    private Outcome lineEnd(int at, String otherwise) {
        if (at == filled || block[at] == CR && at + 1 == filled) {
            return Outcome.MORE;
        }
        if (block[at] != CR || block[at + 1] != LF) {
            return broken(block[at] == CR ? "a bare CR" : otherwise);
        }
        firstLineEnd = at;
        lineAt = at + 2;
        return Outcome.WHOLE;
    }

    private Outcome fieldLines() {
        byte[] bytes = block;
        int limit = filled;
        int at = lineAt;
        while (at < limit) {
            int colon = Octets.tokenEnd(bytes, at, limit);
            if (colon == limit) {
                break;
            }
            if (colon == at || bytes[colon] != ':') {
                lineAt = at;
                return noField(at, colon);
            }
            int value = colon + 1;
            while (value < limit && Octets.isBlank(bytes[value])) {
                value++;
            }
            int lineEnd = Octets.textEnd(bytes, value, limit);
            if (lineEnd + 1 >= limit && (lineEnd == limit || bytes[lineEnd] == CR)) {
                break;
            }
            if (bytes[lineEnd] != CR || bytes[lineEnd + 1] != LF) {
                return broken("a control character in a field");
            }
            int valueEnd = lineEnd;
            while (valueEnd > value && Octets.isBlank(bytes[valueEnd - 1])) {
                valueEnd--;
            }
            add(at, colon - at, value, valueEnd);
            at = lineEnd + 2;
        }
        lineAt = at;
        return Outcome.MORE;
    }

    /** What stands there is the empty line at the end of the head, or nothing that is allowed. */
    private Outcome noField(int at, int found) {
        if (found > at) {
            return broken("no colon behind the name of a field");
        }
        switch (block[at]) {
            case CR -> {
                if (at + 1 == filled) {
                    return Outcome.MORE;
                }
                if (block[at + 1] != LF) {
                    return broken("a bare CR");
                }
                end = at + 2;
                return Outcome.WHOLE;
            }
            case LF -> {
                return broken("a bare LF");
            }
            case Octets.SPACE, Octets.TAB -> {
                return broken("a line that begins with white space");
            }
            default -> {
                return broken("the name of a field is not a token");
            }
        }
    }

    private void add(int name, int nameLength, int value, int valueEnd) {
        if (indexed == index.length) {
            index = Arrays.copyOf(index, Math.max(FIRST_FIELDS * FieldLines.STRIDE, 2 * indexed));
        }
        index[indexed] = name;
        index[indexed + 1] = nameLength;
        index[indexed + 2] = value;
        index[indexed + 3] = valueEnd;
        indexed += FieldLines.STRIDE;
    }

    private Outcome broken(String how) {
        violation = how;
        return Outcome.BROKEN;
    }

    /** How many bytes the whole head has, with its last empty line; what was copied behind it is not part of it. */
    public int end() {
        return end;
    }

    /** What is wrong with a broken head, in words for the log. */
    public String violation() {
        return violation == null ? "" : violation;
    }

    /** Whether it was still the first line that was too long. */
    boolean stoppedInFirstLine() {
        return !inFields;
    }

    int firstLineAt() {
        return begin;
    }

    int firstWordEnd() {
        return firstWordEnd;
    }

    int secondWordEnd() {
        return secondWordEnd;
    }

    int firstLineEnd() {
        return firstLineEnd;
    }

    /** The fields of a head that is whole. */
    FieldLines fields() {
        return new FieldLines(block, index, indexed, end - 2);
    }

    /** Forgets the head, which lives on in what was made of it, and is ready for the next. */
    public void reset() {
        if (end > 0) {
            lastLength = end + 127 & -128; // the next is often as long
            lastIndexed = Math.max(FIRST_FIELDS, indexed);
        }
        block = NOTHING;
        index = NO_INDEX;
        filled = 0;
        lineAt = 0;
        lineEndSought = 0;
        inFields = kind == FirstLine.NONE;
        begin = 0;
        firstLineEnd = 0;
        indexed = 0;
        end = 0;
        violation = null;
    }
}
