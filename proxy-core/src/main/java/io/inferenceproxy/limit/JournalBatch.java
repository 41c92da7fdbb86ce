package io.inferenceproxy.limit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Records of the journal that are written as one: their length and their checksum, then a time, and each record. Numbers take
 * as few bytes as they need; times are told by how far they are from the time of the batch, or from the one before.
 *
 * <p>As a visitor of counters it takes each down.
 */
final class JournalBatch implements CounterStripe.Visitor, Counter.Charges {

    static final byte POLICY = 1;
    static final byte CHARGE = 2;
    static final byte GIVEN_BACK = 3;
    static final byte COUNTER = 4;

    /** What a record of a counter consists of. */
    static final byte END = 0;

    static final byte DEBT = 1;

    /** Length and checksum. */
    static final int HEAD = 8;

    private static final int TIME = 8;
    private static final int LONGEST_NUMBER = 10;

    private final CRC32C checksum = new CRC32C();
    private byte[] bytes = new byte[1 << 12];
    private int size;
    private long base;
    private long last;
    private int policy;

    /** Empties it. */
    void begin(long time) {
        size = HEAD;
        base = time;
        last = time;
        fixed(time);
    }

    boolean isEmpty() {
        return size <= HEAD + TIME;
    }

    int size() {
        return size;
    }

    /** All of it, ready to be written. */
    ByteBuffer finished() {
        checksum.reset();
        checksum.update(bytes, HEAD, size - HEAD);
        ByteBuffer all = ByteBuffer.wrap(bytes, 0, size);
        all.putInt(size - HEAD).putInt((int) checksum.getValue());
        return all.rewind();
    }

    /** From here on a number stands for a policy. */
    void policy(int number, String name, boolean smooth, long[] periods) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        room(4 * LONGEST_NUMBER + text.length);
        bytes[size++] = POLICY;
        number(number);
        number(text.length);
        System.arraycopy(text, 0, bytes, size, text.length);
        size += text.length;
        bytes[size++] = (byte) (smooth ? 1 : 0);
        number(periods.length);
        for (long period : periods) {
            room(LONGEST_NUMBER);
            number(period);
        }
    }

    void charged(int number, long high, long low, long amount, long at) {
        begin(CHARGE, number, high, low);
        number(amount);
        time(at);
    }

    void givenBack(int number, long high, long low, long amount, long chargedAt, long at) {
        begin(GIVEN_BACK, number, high, low);
        number(amount);
        time(at);
        signed(at - chargedAt);
    }

    /** The counters that it visits are of that policy, and stand as they do at the time of the batch. */
    void countersOf(int number) {
        policy = number;
    }

    @Override
    public void visit(long high, long low, Counter counter) {
        counter.refresh(base);
        if (!counter.isEmpty()) {
            begin(COUNTER, policy, high, low);
            last = base;
            counter.saveTo(this, base);
            room(1);
            bytes[size++] = END;
        }
    }

    /** The amount is over 0 and is told as one more, which keeps it apart from what is no charge. */
    @Override
    public void charge(long amount, long at) {
        room(2 * LONGEST_NUMBER);
        number(amount + 1);
        signed(at - last);
        last = at;
    }

    @Override
    public void debt(int window, long paidAt) {
        room(3 * LONGEST_NUMBER);
        bytes[size++] = DEBT;
        number(window);
        signed(paidAt - base);
    }

    private void begin(byte kind, int number, long high, long low) {
        room(5 * LONGEST_NUMBER + 2 * Long.BYTES);
        bytes[size++] = kind;
        number(number);
        fixed(high);
        fixed(low);
    }

    private void time(long at) {
        signed(at - last);
        last = at;
    }

    /** Small ones of both signs become small ones without. */
    private void signed(long value) {
        number(value << 1 ^ value >> 63);
    }

    private void number(long value) {
        long rest = value;
        while ((rest & -0x80L) != 0) {
            bytes[size++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void fixed(long value) {
        room(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length + (bytes.length >> 1)));
        }
    }

    /** Lets go of the memory of a batch that was large. */
    void shrink(int most) {
        if (bytes.length > most) {
            bytes = new byte[1 << 12];
        }
        size = 0;
    }
}
