package io.inferenceproxy.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.internal.http1.RequestHead;
import io.inferenceproxy.internal.http1.ResponseHead;
import io.inferenceproxy.internal.http1.ResponseHeads;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a connection may rely on, whichever decoder it has. */
class MessageDecoderTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";

    private final Events events = new Events();

    /** Writes down what it is told. */
    private static final class Events implements DecodedMessages<Object> {

        private final List<String> told = new ArrayList<>();
        private boolean wanting = true;

        @Override
        public boolean wantsMessage() {
            return wanting;
        }

        @Override
        public void head(Object head) {
            boolean refused = head instanceof RequestHead request
                    ? request.problem() != null
                    : ((ResponseHead) head).violation() != null;
            told.add(refused ? "refused" : "head");
        }

        @Override
        public void content(ByteBuf piece) {
            told.add(piece.toString(StandardCharsets.ISO_8859_1));
            piece.release();
        }

        @Override
        public void end() {
            told.add("end");
        }

        @Override
        public void broken() {
            told.add("broken");
        }
    }

    @SuppressWarnings("unchecked")
    private ByteBuf decode(MessageDecoder<?> decoder, String bytes) {
        ByteBuf in = Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1);
        ((MessageDecoder<Object>) decoder).decode(in, events);
        return in;
    }

    private void decodeAll(MessageDecoder<?> decoder, String bytes) {
        ByteBuf in = decode(decoder, bytes);
        assertThat(in.isReadable()).isFalse();
        in.release();
        decoder.close();
        assertThat(in.refCnt()).isZero();
    }

    private static MessageDecoder<?> requests(Codec codec) {
        return codec.requests(1_000);
    }

    private static MessageDecoder<?> answers(Codec codec) {
        return codec.responses(new ResponseHeads());
    }

    @ParameterizedTest
    @EnumSource
    void messagesAreToldInTheirParts(Codec codec) {
        decodeAll(requests(codec), GET + POST + GET);

        assertThat(events.told).containsExactly("head", "end", "head", "hello", "end", "head", "end");
    }

    @ParameterizedTest
    @EnumSource
    void chunksAreToldAsTheirData(Codec codec) {
        decodeAll(
                requests(codec),
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
                        + GET);

        assertThat(events.told).containsExactly("head", "he", "llo", "end", "head", "end");
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenBodyIsToldOnceAndNothingBehindIt(Codec codec) {
        decodeAll(
                requests(codec),
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\nx\r\n" + GET + GET);

        assertThat(events.told).containsExactly("head", "he", "broken");
    }

    @ParameterizedTest
    @EnumSource
    void behindARefusedHeadNothingIsTold(Codec codec) {
        decodeAll(requests(codec), POST.replace("Host: a", "Host: a b") + GET);
        decodeAll(requests(codec), POST.replace("Host: a", "Host : a") + GET);
        decodeAll(answers(codec), "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello");

        assertThat(events.told).containsExactly("refused", "refused", "refused");
    }

    @ParameterizedTest
    @EnumSource
    void theNextMessageIsToldWhenItIsWanted(Codec codec) {
        MessageDecoder<?> decoder = requests(codec);
        events.wanting = false;
        ByteBuf in = decode(decoder, "");
        in.release();
        events.wanting = true;
        ByteBuf first = decode(decoder, POST.substring(0, 50));
        assertThat(events.told).first().isEqualTo("head");

        events.wanting = false;
        ByteBuf rest = decode(decoder, POST.substring(50) + POST);
        assertThat(String.join("", events.told)).isEqualTo("headhelloend");

        events.wanting = true;
        @SuppressWarnings("unchecked")
        MessageDecoder<Object> same = (MessageDecoder<Object>) decoder;
        same.decode(rest, events);
        assertThat(String.join("", events.told)).isEqualTo("headhelloendheadhelloend");
        first.release();
        rest.release();
        decoder.close();
        assertThat(rest.refCnt()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aHeadHasBegunWithItsFirstByte(Codec codec) {
        MessageDecoder<?> decoder = requests(codec);
        assertThat(decoder.headBegun()).isFalse();

        decode(decoder, "G").release();
        assertThat(decoder.headBegun()).isTrue();
        assertThat(decoder.hasLeftover()).isTrue();

        decode(decoder, POST.substring(1, POST.length() - 1)).release();
        assertThat(decoder.headBegun()).as("in the body").isFalse();

        decode(decoder, "o").release();
        assertThat(decoder.headBegun()).as("between two").isFalse();
        assertThat(decoder.hasLeftover()).isFalse();

        decode(decoder, "PO").release();
        assertThat(decoder.headBegun()).isTrue();
        decoder.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsBehindAWholeAnswerIsNoticed(Codec codec) {
        MessageDecoder<?> decoder = answers(codec);
        decode(decoder, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").release();
        assertThat(decoder.hasLeftover()).isFalse();

        decode(decoder, "H").release();
        assertThat(decoder.hasLeftover()).isTrue();
        decoder.close();
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerWithoutALengthHasNoEnd(Codec codec) {
        decodeAll(answers(codec), "HTTP/1.1 200 OK\r\n\r\nhello");

        assertThat(events.told).containsExactly("head", "hello");
    }

    @ParameterizedTest
    @EnumSource
    void interimAnswersComeBeforeTheirFinalOne(Codec codec) {
        decodeAll(answers(codec), "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nA: b\r\n\r\nHTTP/1.1 204 x\r\n\r\n");

        assertThat(events.told).containsExactly("head", "end", "head", "end", "head", "end");
    }

    @ParameterizedTest
    @EnumSource
    void bytesOfAnotherProtocolAreNotKept(Codec codec) {
        MessageDecoder<?> decoder = answers(codec);
        decode(decoder, "HTTP/1.1 101 x\r\nUpgrade: y\r\n\r\n").release();
        assertThat(events.told).containsExactly("head", "end");

        ByteBuf behind = decode(decoder, "\0\1\2\3");
        behind.release();
        decoder.close();

        assertThat(behind.refCnt()).isZero();
        assertThat(events.told).doesNotContain("\0\1\2\3");
    }

    @ParameterizedTest
    @EnumSource
    void aClosedDecoderTellsNothing(Codec codec) {
        MessageDecoder<?> decoder = requests(codec);
        decode(decoder, GET.substring(0, 10)).release();
        decoder.close();

        decode(decoder, GET.substring(10) + GET).release();

        assertThat(events.told).isEmpty();
    }
}
