package io.inferenceproxy.cost;

import java.util.Arrays;

/**
 * Reads JSON that comes in pieces, and keeps what stands at some places. It knows the way to these, one level for each step of
 * the longest pointer; over all that lies beside it steps without looking, many bytes at a time.
 *
 * <p>It can stop at any byte and go on with the next, so its whole state is in its fields: what comes next, and which objects
 * and arrays on the way are open.
 *
 * <p>It is over 300 lines because it is one grammar, a short method for each of its states.
 */
final class JsonValueReader implements PieceReader {

    /** What comes next, or is being read. */
    private enum State {
        VALUE,
        FIRST_ITEM,
        FIRST_NAME,
        NEXT_NAME,
        NAME,
        COLON,
        TEXT,
        NUMBER,
        /** A number that is not wanted, or {@code true} and its like. */
        WORD,
        /** A string that is not wanted, in what is not wanted either. */
        SKIPPED_STRING,
        /** A string that is not wanted, on the way. */
        STRING,
        /** The rest of a name that leads nowhere. */
        OTHER_NAME,
        SKIPPED,
        AFTER_VALUE,
        NO_JSON
    }

    private static final int NO_INDEX = -1;

    /** What numbers and {@code true} and its like are made of. */
    private static final boolean[] OF_WORDS = new boolean[256];

    static {
        "+-.0123456789Eaeflnrstu".chars().forEach(c -> OF_WORDS[c] = true);
    }

    private final PlaceNode root;
    private final FoundValues found;
    private final DecimalReader decimal = new DecimalReader();
    private final StringReader string = new StringReader();

    /** The objects and arrays on the way that are open; of an array the index of its present item. */
    private final PlaceNode[] open;

    private final long[] index;
    private int level;

    private State state = State.VALUE;
    private PlaceNode here;
    private boolean escaped;
    private long skippedDepth;

    /** A number that stands unless what comes next shows that it, or all of this, is none. */
    private int numberPlace = -1;

    private long number;

    JsonValueReader(JsonPlaces places) {
        root = places.root();
        here = root;
        found = new FoundValues(places.list());
        open = new PlaceNode[places.depth()];
        Arrays.fill(open, PlaceNode.NOWHERE);
        index = new long[open.length];
    }

    @Override
    public JsonValues values() {
        return found;
    }

    @Override
    public void feed(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && state != State.NO_JSON) {
            at = switch (state) {
                case SKIPPED -> skipped(bytes, at, to);
                case SKIPPED_STRING -> string(bytes, at, to, State.SKIPPED);
                case STRING -> string(bytes, at, to, State.AFTER_VALUE);
                case OTHER_NAME -> string(bytes, at, to, State.COLON);
                case NAME -> name(bytes, at, to);
                case TEXT -> text(bytes, at, to);
                case NUMBER -> number(bytes, at, to);
                case WORD -> word(bytes, at, to);
                default -> mark(bytes[at], at + 1);
            };
        }
    }

    @Override
    public void end() {
        if (level == 0 && state == State.NUMBER) {
            numberEnded();
        }
        if (level == 0 && state == State.AFTER_VALUE) {
            numberStands();
        }
        state = State.NO_JSON;
    }

    /** The text is over, and another one begins. What that has not is as the last text that had it said. */
    void next() {
        end();
        found.settle();
        state = State.VALUE;
        here = root;
        level = 0;
        escaped = false;
        numberPlace = -1;
    }

    /** One byte between names and values, before the given position. */
    private int mark(byte c, int behind) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            return behind;
        }
        switch (state) {
            case VALUE -> value(c);
            case FIRST_ITEM -> firstItem(c);
            case FIRST_NAME -> firstName(c);
            case NEXT_NAME -> nextName(c);
            case COLON -> state = c == ':' ? State.VALUE : State.NO_JSON;
            default -> afterValue(c);
        }
        return behind;
    }

    private void value(byte c) {
        found.forget(here);
        switch (c) {
            case '{' -> {
                if (here.hasChildren()) {
                    open(NO_INDEX);
                    state = State.FIRST_NAME;
                } else {
                    skip();
                }
            }
            case '[' -> {
                if (here.hasChildren() || here.length >= 0) {
                    open(0);
                    here = here.item(0);
                    state = State.FIRST_ITEM;
                } else {
                    skip();
                }
            }
            case '"' -> {
                if (here.text >= 0) {
                    string.beginText(found.textRoom(here.text));
                    state = State.TEXT;
                } else {
                    state = State.STRING;
                }
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                if (here.number >= 0) {
                    decimal.begin(c);
                    state = State.NUMBER;
                } else {
                    state = State.WORD;
                }
            }
            case 't', 'f', 'n' -> state = State.WORD;
            default -> state = State.NO_JSON;
        }
    }

    private void open(int first) {
        open[level] = here;
        index[level] = first;
        level++;
    }

    private void skip() {
        skippedDepth = 1;
        state = State.SKIPPED;
    }

    private void firstItem(byte c) {
        if (c == ']') {
            close(0);
        } else {
            value(c);
        }
    }

    private void firstName(byte c) {
        if (c == '}') {
            close(NO_INDEX);
        } else {
            nextName(c);
        }
    }

    private void nextName(byte c) {
        if (c == '"') {
            string.beginName(open[level - 1]);
            state = State.NAME;
        } else {
            state = State.NO_JSON;
        }
    }

    private void afterValue(byte c) {
        if (level == 0) {
            state = State.NO_JSON;
            return;
        }
        boolean array = index[level - 1] != NO_INDEX;
        if (c == ',') {
            numberStands();
            if (array) {
                here = open[level - 1].item(++index[level - 1]);
                state = State.VALUE;
            } else {
                state = State.NEXT_NAME;
            }
        } else if (c == (array ? ']' : '}')) {
            numberStands();
            close(array ? index[level - 1] + 1 : NO_INDEX);
        } else {
            state = State.NO_JSON;
        }
    }

    /** The innermost object or array that is open has ended. */
    private void close(long length) {
        level--;
        PlaceNode closed = open[level];
        if (length != NO_INDEX && closed.length >= 0) {
            found.found(closed.length, length);
        }
        state = State.AFTER_VALUE;
    }

    private int name(byte[] bytes, int from, int to) {
        int at = characters(bytes, from, to);
        if (at == to || state == State.NO_JSON) {
            return at;
        }
        if (bytes[at] == '"') {
            here = string.named();
            state = State.COLON;
            return at + 1;
        }
        here = PlaceNode.NOWHERE;
        state = State.OTHER_NAME;
        return at;
    }

    private int text(byte[] bytes, int from, int to) {
        int at = characters(bytes, from, to);
        if (at == to || state == State.NO_JSON) {
            return at;
        }
        if (bytes[at] == '"') {
            found.found(here.text, string.textLength());
            state = State.AFTER_VALUE;
            return at + 1;
        }
        state = State.STRING;
        return at;
    }

    /** Reads on until the end of a string, or to where it is clear that it is not what is wanted. */
    private int characters(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            byte c = bytes[at];
            if (string.isEscaped()) {
                if (!string.tryAccept(c)) {
                    state = State.NO_JSON;
                    return at;
                }
            } else if (c == '"' || !string.isWanted()) {
                return at;
            } else if (c == '\\') {
                string.beginEscape();
            } else if (!string.tryAccept(c)) {
                state = State.NO_JSON;
                return at;
            }
            at++;
        }
        return at;
    }

    private int number(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && decimal.tryAccept(bytes[at])) {
            at++;
        }
        if (at < to) {
            numberEnded();
        }
        return at;
    }

    private void numberEnded() {
        if (decimal.isWhole()) {
            numberPlace = here.number;
            number = decimal.value();
            state = State.AFTER_VALUE;
        } else {
            state = State.NO_JSON;
        }
    }

    private void numberStands() {
        if (numberPlace >= 0) {
            found.found(numberPlace, number);
            numberPlace = -1;
        }
    }

    /** Where items are only counted it goes on with the next one that is a number, too: such arrays are long. */
    private int word(byte[] bytes, int from, int to) {
        boolean counting = level > 0 && index[level - 1] != NO_INDEX && !open[level - 1].hasChildren();
        int at = from;
        while (at < to) {
            byte c = bytes[at];
            if (OF_WORDS[c & 0xFF]) {
                at++;
            } else if (counting && c == ',' && at + 1 < to && beginsNumber(bytes[at + 1])) {
                index[level - 1]++;
                at += 2;
            } else {
                state = State.AFTER_VALUE;
                return at;
            }
        }
        return to;
    }

    private static boolean beginsNumber(byte c) {
        return c >= '0' && c <= '9' || c == '-';
    }

    /** Steps over a string of which only the end matters; that state comes then. */
    private int string(byte[] bytes, int from, int to, State behind) {
        int at = from;
        if (escaped) {
            escaped = false;
            at++;
        }
        while (true) {
            at = Words.quoteOrBackslash(bytes, at, to);
            if (at >= to) {
                return to;
            }
            if (bytes[at] == '"') {
                state = behind;
                return at + 1;
            }
            at += 2;
            if (at > to) {
                escaped = true;
                return to;
            }
        }
    }

    /** Steps over an object or array that is not on the way. */
    private int skipped(byte[] bytes, int from, int to) {
        int at = Words.quoteOrBracket(bytes, from, to);
        while (at < to) {
            byte c = bytes[at++];
            if (c == '"') {
                state = State.SKIPPED_STRING;
                at = string(bytes, at, to, State.SKIPPED);
            } else if ((c | 0x20) == '{') {
                skippedDepth++;
            } else if (--skippedDepth == 0) {
                state = State.AFTER_VALUE;
                return at;
            }
            at = Words.quoteOrBracket(bytes, at, to);
        }
        return to;
    }
}
