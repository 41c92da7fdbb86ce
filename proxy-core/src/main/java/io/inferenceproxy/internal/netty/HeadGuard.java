package io.inferenceproxy.internal.netty;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Watches the bytes of a message's head as the decoder consumes them, for what Netty's decoder repairs and we refuse: lines
 * continued by white space (obs-fold), white space within names, anything but single spaces in the first line, control
 * characters before it; and counts them.
 *
 * <p>Cost: one pass over the head, which the scanner does without.
 */
final class HeadGuard {

    private static final byte SPACE = ' ';
    private static final byte TAB = '\t';
    private static final byte CR = '\r';
    private static final byte LF = '\n';

    private final boolean request;
    private int size;
    private int spaces;
    private boolean begun;
    private boolean firstLine = true;
    private boolean inName;
    private boolean nameEnded;
    private byte before;
    private @Nullable String violation;

    /** @param request whether it is a request, whose first line has exactly two spaces */
    HeadGuard(boolean request) {
        this.request = request;
    }

    /** Looks at the bytes that were consumed between two positions. */
    void consumed(ByteBuf buffer, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = buffer.getByte(i);
            if (!begun) {
                if (b == CR || b == LF) {
                    continue;
                }
                begun = true;
                if (b <= SPACE) {
                    violation = "a control character or space before the first line";
                }
            }
            size++;
            if (firstLine) {
                firstLine(b);
            } else if (before == LF && (b == SPACE || b == TAB)) {
                violation = "a folded field line";
            } else {
                fieldLine(b);
            }
            before = b;
        }
    }

    /** Netty ends the name in an answer at the first white space and does not look at what stands before the colon. */
    private void fieldLine(byte b) {
        if (before == LF) {
            inName = true;
            nameEnded = false;
        }
        if (!inName) {
            return;
        }
        if (b == ':' || b == LF) {
            inName = false;
        } else if (b == SPACE || b == TAB) {
            nameEnded = true;
        } else if (nameEnded && b != CR) {
            violation = "white space within the name of a field";
        }
    }

    private void firstLine(byte b) {
        if (b == LF) {
            firstLine = false;
            if (request && spaces != 2) {
                violation = "a request line that is not three words";
            }
        } else if (b == SPACE) {
            spaces++;
        } else if (b >= 0 && b < SPACE && b != CR && b != TAB || b == TAB && request) {
            violation = "a control character in the first line";
        } else if (request && spaces == 2 && b >= 'a' && b <= 'z') {
            violation = "a version that is not in capitals";
        }
    }

    /** How many bytes the head has had so far. */
    int size() {
        return size;
    }

    /** Whether some of a head has come. */
    boolean begun() {
        return begun;
    }

    /** What the head did wrong, in words for the log; null when nothing. */
    @Nullable
    String violation() {
        return violation;
    }

    void reset() {
        size = 0;
        spaces = 0;
        begun = false;
        firstLine = true;
        inName = false;
        nameEnded = false;
        before = 0;
        violation = null;
    }
}
