package io.inferenceproxy.cost;

/**
 * Reads one JSON string byte by byte, the quote that begins it read already: as the name of a member, which is compared with
 * those on the way, or as a text that is wanted. Escapes count as what they stand for.
 */
final class StringReader {

    private static final int NO_SURROGATE = 0;
    private static final byte[] NOTHING = {};

    private PlaceNode parent = PlaceNode.NOWHERE;
    private long candidates;
    private byte[] text = NOTHING;
    private int length;
    private boolean wanted;
    private boolean escaped;
    private int hexDigits;
    private int unit;
    private int surrogate;

    /** Begins the name of a member of this one. */
    void beginName(PlaceNode of) {
        parent = of;
        candidates = of.candidates();
        text = NOTHING;
        begin(candidates != 0);
    }

    /** Begins a text for which there is this room. */
    void beginText(byte[] room) {
        text = room;
        begin(true);
    }

    private void begin(boolean isWanted) {
        wanted = isWanted;
        length = 0;
        escaped = false;
        hexDigits = 0;
        surrogate = NO_SURROGATE;
    }

    /** Whether it may still be what is looked for. From where it is not, only its end matters. */
    boolean isWanted() {
        return wanted;
    }

    /** Whether the next byte belongs to an escape. */
    boolean isEscaped() {
        return escaped || hexDigits > 0;
    }

    /** Whether what was read ends in the first half of a character. */
    private boolean isHalf() {
        return surrogate != NO_SURROGATE;
    }

    /** Takes the next byte, neither a quote nor a backslash that begins an escape; false when no string has it there. */
    boolean tryAccept(byte c) {
        if (hexDigits > 0) {
            return tryHex(c);
        }
        if (escaped) {
            return tryEscape(c);
        }
        if (c >= 0 && c < ' ') {
            return false;
        }
        if (isHalf()) {
            wanted = false;
        }
        octet(c);
        return true;
    }

    /** A backslash. */
    void beginEscape() {
        escaped = true;
    }

    /** The string has ended: where its name leads to. */
    PlaceNode named() {
        return wanted && !isHalf() ? parent.named(candidates, length) : PlaceNode.NOWHERE;
    }

    /** The string has ended: the length of the text, negative if it was too long or no text. */
    int textLength() {
        return wanted && !isHalf() ? length : -1;
    }

    private boolean tryEscape(byte c) {
        escaped = false;
        if (c == 'u') {
            hexDigits = 4;
            unit = 0;
            return true;
        }
        if (isHalf()) {
            wanted = false;
        }
        int meant = switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> -1;
        };
        octet((byte) meant);
        return meant >= 0;
    }

    private boolean tryHex(byte c) {
        int digit = c < 0 ? -1 : Character.digit(c, 16);
        if (digit < 0) {
            return false;
        }
        unit = unit << 4 | digit;
        if (--hexDigits == 0) {
            unit((char) unit);
        }
        return true;
    }

    private void unit(char half) {
        if (isHalf() != Character.isLowSurrogate(half)) {
            wanted = false; // half a character is none
        } else if (isHalf()) {
            codePoint(Character.toCodePoint((char) surrogate, half));
            surrogate = NO_SURROGATE;
        } else if (Character.isHighSurrogate(half)) {
            surrogate = half;
        } else {
            codePoint(half);
        }
    }

    private void codePoint(int code) {
        if (code < 0x80) {
            octet((byte) code);
        } else if (code < 0x800) {
            octet((byte) (0xC0 | code >> 6));
            tail(code);
        } else if (code < 0x10000) {
            octet((byte) (0xE0 | code >> 12));
            tail(code >> 6);
            tail(code);
        } else {
            octet((byte) (0xF0 | code >> 18));
            tail(code >> 12);
            tail(code >> 6);
            tail(code);
        }
    }

    private void tail(int code) {
        octet((byte) (0x80 | code & 0x3F));
    }

    private void octet(byte c) {
        if (!wanted) {
            return;
        }
        if (text.length == 0) {
            candidates = parent.matching(candidates, length, c);
            wanted = candidates != 0;
        } else if (length < text.length) {
            text[length] = c;
        } else {
            wanted = false;
        }
        length++;
    }
}
