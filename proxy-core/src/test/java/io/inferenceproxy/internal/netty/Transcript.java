package io.inferenceproxy.internal.netty;

import io.inferenceproxy.internal.netty.ToldMessage.Ending;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a decoder tells of bytes that come in pieces. It does with the decoder what a connection does, and holds it to its
 * promises: events in their order, nothing behind what is refused or broken, no message before it is wanted, every buffer
 * given back.
 *
 * @param <H> the kind of head
 */
final class Transcript<H> implements DecodedMessages<H> {

    private final List<ToldMessage> messages = new ArrayList<>();
    private final List<ByteBuf> pieces = new ArrayList<>();
    private final boolean oneAtATime;
    private boolean wanted = true;
    private int readBefore;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int endedAt;

    private Transcript(boolean oneAtATime) {
        this.oneAtATime = oneAtATime;
    }

    /** Feeds bytes to a decoder, cut as chance will have it, and closes it. */
    static <H> List<ToldMessage> of(MessageDecoder<H> decoder, byte[] bytes, SplittableRandom random) {
        Transcript<H> transcript = new Transcript<>(random.nextBoolean());
        int from = 0;
        while (from < bytes.length) {
            int left = bytes.length - from;
            int size = switch (random.nextInt(4)) {
                case 0 -> left;
                case 1 -> 1 + random.nextInt(Math.min(left, 4));
                default -> 1 + random.nextInt(left);
            };
            transcript.feed(decoder, Unpooled.wrappedBuffer(bytes, from, size), from);
            from += size;
        }
        decoder.close();
        require(transcript.pieces.stream().allMatch(piece -> piece.refCnt() == 0), "a buffer was not released");
        return transcript.messages;
    }

    private void feed(MessageDecoder<H> decoder, ByteBuf piece, int at) {
        in = piece;
        readBefore = at - piece.readerIndex();
        pieces.add(piece);
        decoder.decode(piece, this);
        while (!wanted && last().ending() == Ending.WHOLE) {
            wanted = true; // the message was dealt with: on to the next
            decoder.decode(piece, this);
        }
        require(!piece.isReadable(), "what is wanted was left unread");
        piece.release();
    }

    @Override
    public boolean wantsMessage() {
        return wanted;
    }

    @Override
    public void head(H head) {
        require(wanted, "a message came that was not wanted");
        require(messages.isEmpty() || last().ending() == Ending.WHOLE, "a head in the middle of a message");
        wanted = !oneAtATime;
        messages.add(ToldMessage.of(head, endedAt));
    }

    @Override
    public void content(ByteBuf piece) {
        require(last().ending() == Ending.OPEN, "a piece of a body where none is open");
        require(piece.isReadable(), "an empty piece of a body");
        last().add(ByteBufUtil.getBytes(piece));
        piece.release();
    }

    @Override
    public void end() {
        require(last().ending() == Ending.OPEN, "an end where no message is open");
        last().ends(Ending.WHOLE);
        endedAt = readBefore + in.readerIndex();
    }

    @Override
    public void broken() {
        require(last().ending() == Ending.OPEN, "broken where no message is open");
        last().ends(Ending.BROKEN);
    }

    private ToldMessage last() {
        require(!messages.isEmpty(), "no head came");
        return messages.get(messages.size() - 1);
    }

    private static void require(boolean kept, String otherwise) {
        if (!kept) {
            throw new AssertionError(otherwise);
        }
    }
}
