package io.inferenceproxy.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * The events that are streamed: {@value #SIZE} bytes, as a chunk of an answer, with the moment at which each was sent. Its
 * mark stands in no other part of an answer, so whoever counts events need not understand how a proxy cut the stream.
 */
final class EventFormat {

    static final byte MARK = '~';
    static final int DIGITS = 19;
    static final int SIZE = 135;

    private static final String BEFORE = "data: {\"sent\":\"" + (char) MARK;
    private static final String AFTER = "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" of the patient\"}}]";
    private static final ByteBuf START = ascii(Integer.toHexString(SIZE) + "\r\n" + BEFORE);
    private static final ByteBuf END = ascii(padded() + "}\n\n\r\n");

    private EventFormat() {}

    /** Writes an event that is sent now. */
    static void write(ByteBuf out, long nanos) {
        out.writeBytes(START, 0, START.readableBytes());
        long divisor = 1_000_000_000_000_000_000L;
        for (int i = 0; i < DIGITS; i++) {
            out.writeByte((int) ('0' + nanos / divisor % 10));
            divisor /= 10;
        }
        out.writeBytes(END, 0, END.readableBytes());
    }

    private static String padded() {
        int rest = SIZE - BEFORE.length() - DIGITS - AFTER.length() - 3;
        return AFTER + " ".repeat(rest);
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
