package io.inferenceproxy.cost;

/**
 * Reads one JSON number, however long, byte by byte: its first digits that count, and how far away the point is.
 *
 * <p>Nineteen digits suffice to tell all numbers up to the largest {@code long} apart; of what is behind them it only counts
 * whether it is zero, for the rounding.
 */
final class DecimalReader {

    /** What it says of a number that is negative, too large, or none. */
    static final long NONE = -1;

    private static final int MOST_DIGITS = 19;
    private static final long LARGEST_EXPONENT = 1L << 48;
    private static final long[] POWERS = new long[MOST_DIGITS];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = 10 * POWERS[i - 1];
        }
    }

    /** What has been read. */
    private enum Part {
        MINUS,
        ZERO,
        WHOLE,
        POINT,
        FRACTION,
        EXPONENT_MARK,
        EXPONENT_SIGN,
        EXPONENT
    }

    private Part part = Part.MINUS;
    private boolean negative;
    private boolean negativeExponent;
    private long digits;
    private int count;
    private boolean more;
    private long shift;
    private long exponent;

    /** Begins a number with its first byte, a digit or a minus. */
    void begin(byte first) {
        negative = first == '-';
        negativeExponent = false;
        digits = 0;
        count = 0;
        more = false;
        shift = 0;
        exponent = 0;
        part = Part.MINUS;
        if (!negative) {
            tryAccept(first);
        }
    }

    /** Takes the next byte, if it is one that can follow. */
    boolean tryAccept(byte c) {
        return c >= '0' && c <= '9' ? tryDigit(c - '0') : tryMark(c);
    }

    private boolean tryDigit(int digit) {
        switch (part) {
            case ZERO -> {
                return false; // no other digit follows a zero that comes first
            }
            case MINUS -> part = digit == 0 ? Part.ZERO : Part.WHOLE;
            case POINT -> part = Part.FRACTION;
            case EXPONENT_MARK, EXPONENT_SIGN -> part = Part.EXPONENT;
            default -> {
                // one more of the same
            }
        }
        if (part == Part.EXPONENT) {
            exponent = Math.min(10 * exponent + digit, LARGEST_EXPONENT);
        } else {
            count(digit, part == Part.FRACTION);
        }
        return true;
    }

    private void count(int digit, boolean fraction) {
        if (count == MOST_DIGITS) {
            more |= digit != 0;
            shift += fraction ? 0 : 1;
        } else {
            digits = 10 * digits + digit;
            count += count == 0 && digit == 0 ? 0 : 1;
            shift -= fraction ? 1 : 0;
        }
    }

    private boolean tryMark(byte c) {
        boolean whole = part == Part.ZERO || part == Part.WHOLE;
        if (c == '.' && whole) {
            part = Part.POINT;
        } else if ((c | 0x20) == 'e' && (whole || part == Part.FRACTION)) {
            part = Part.EXPONENT_MARK;
        } else if ((c == '+' || c == '-') && part == Part.EXPONENT_MARK) {
            part = Part.EXPONENT_SIGN;
            negativeExponent = c == '-';
        } else {
            return false;
        }
        return true;
    }

    /** Whether what was read is a number. */
    boolean isWhole() {
        return part == Part.ZERO || part == Part.WHOLE || part == Part.FRACTION || part == Part.EXPONENT;
    }

    /** The number, rounded up. */
    long value() {
        if (digits == 0) {
            return 0;
        }
        long power = shift + (negativeExponent ? -exponent : exponent);
        if (negative) {
            return NONE;
        }
        if (power > 0) {
            return scaledUp(power);
        }
        return power < -MOST_DIGITS ? 1 : scaledDown((int) -power);
    }

    private long scaledUp(long power) {
        if (count + power > MOST_DIGITS) {
            return NONE;
        }
        long factor = POWERS[(int) power];
        return digits > Long.MAX_VALUE / factor ? NONE : digits * factor;
    }

    /** The digits may be more than the largest long: they are without a sign. */
    private long scaledDown(int power) {
        long whole = power == MOST_DIGITS ? 0 : Long.divideUnsigned(digits, POWERS[power]);
        boolean rest = more || power == MOST_DIGITS || Long.remainderUnsigned(digits, POWERS[power]) != 0;
        return whole < 0 || rest && whole == Long.MAX_VALUE ? NONE : whole + (rest ? 1 : 0);
    }
}
