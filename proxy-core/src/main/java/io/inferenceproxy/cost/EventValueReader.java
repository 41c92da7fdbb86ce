package io.inferenceproxy.cost;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads an event stream that comes in pieces, and keeps what stands at some places in the JSON of its events; the last event
 * that has a value there wins. Lines are parted as WHATWG has it (HTML, section 9.2.6), but an event that the stream does
 * not end counts as far as it came.
 */
final class EventValueReader implements PieceReader {

    /** What comes next in the stream. */
    private enum State {
        /** The byte order mark that a stream may begin with. */
        BYTE_ORDER_MARK,
        FIELD_NAME,
        /** The space that may stand before the value. */
        SPACE,
        DATA,
        OTHER
    }

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] LINE_END = {'\n'};

    private final JsonValueReader json;
    private State state = State.BYTE_ORDER_MARK;
    private int matched;
    private boolean carriageReturn;
    private boolean hasData;
    private long events;

    EventValueReader(JsonPlaces places) {
        json = new JsonValueReader(places);
    }

    @Override
    public JsonValues values() {
        JsonValues found = json.values();
        return new JsonValues() {
            @Override
            public OptionalLong number(JsonPlace place) {
                return found.number(place);
            }

            @Override
            public long events() {
                return events;
            }

            @Override
            public Optional<String> text(JsonPlace place) {
                return found.text(place);
            }
        };
    }

    @Override
    public void feed(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            at = switch (state) {
                case BYTE_ORDER_MARK -> byteOrderMark(bytes[at], at);
                case FIELD_NAME -> fieldName(bytes[at], at);
                case SPACE -> {
                    state = State.DATA;
                    yield bytes[at] == ' ' ? at + 1 : at;
                }
                case DATA -> {
                    int end = Words.lineEnd(bytes, at, to);
                    json.feed(bytes, at, end);
                    yield lineEnd(bytes, end, to);
                }
                case OTHER -> lineEnd(bytes, Words.lineEnd(bytes, at, to), to);
            };
        }
    }

    /** What is left is no event, since no blank line ends it. */
    @Override
    public void end() {
        state = State.OTHER;
    }

    private int byteOrderMark(byte c, int at) {
        if (c == BYTE_ORDER_MARK[matched]) {
            matched++;
            if (matched == BYTE_ORDER_MARK.length) {
                line();
            }
            return at + 1;
        }
        if (matched == 0) {
            line();
        } else {
            state = State.OTHER;
        }
        return at;
    }

    private int fieldName(byte c, int at) {
        boolean secondHalf = carriageReturn && c == '\n';
        carriageReturn = false;
        if (secondHalf) {
            return at + 1;
        }
        if (c == '\n' || c == '\r') {
            if (matched == 0) {
                event();
            } else if (matched == DATA.length) {
                data();
            }
            line();
            carriageReturn = c == '\r';
        } else if (matched < DATA.length && c == DATA[matched]) {
            matched++;
        } else if (matched == DATA.length && c == ':') {
            data();
            state = State.SPACE;
        } else {
            state = State.OTHER;
        }
        return at + 1;
    }

    /** The end of a line, if it stands here. */
    private int lineEnd(byte[] bytes, int at, int to) {
        if (at == to) {
            return to;
        }
        line();
        carriageReturn = bytes[at] == '\r';
        return at + 1;
    }

    private void line() {
        state = State.FIELD_NAME;
        matched = 0;
    }

    /** A line of data begins, which a line end parts from the one before. */
    private void data() {
        if (hasData) {
            json.feed(LINE_END, 0, 1);
        }
        hasData = true;
    }

    private void event() {
        if (hasData) {
            hasData = false;
            events++;
            json.next();
        }
    }
}
