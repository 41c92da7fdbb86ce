package io.inferenceproxy.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is small leaves in one write, what is large is not copied, and nothing is kept. */
class OutboundTest {

    private static final int LARGE = (8 << 10) + 1;
    private static final String HEAD = "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\n";

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Outbound out = new Outbound(channel, BufferAccount.boundedBy(1 << 20), () -> {});

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private static HeadWriter head() {
        HeadWriter writer = HeadWriter.begin();
        writer.statusLine(200);
        writer.fields(Headers.of("A", "b"));
        writer.contentLength(5);
        writer.end();
        return writer;
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static ByteBuf large() {
        byte[] bytes = new byte[LARGE];
        Arrays.fill(bytes, (byte) 'x');
        return Unpooled.wrappedBuffer(bytes);
    }

    /** All that was written, each write on its own. */
    private List<String> written() {
        List<String> writes = new ArrayList<>();
        ByteBuf write;
        while ((write = channel.readOutbound()) != null) {
            writes.add(write.toString(StandardCharsets.ISO_8859_1));
            write.release();
        }
        return writes;
    }

    @Test
    void aHeadAndASmallBodyLeaveInOneWrite() {
        ByteBuf body = buffer("hello");
        out.head(head(), 5);
        out.piece(new BufferChunk(body));
        assertThat(body.refCnt()).as("copied, and given back at once").isZero();

        out.flush();

        assertThat(written()).containsExactly(HEAD + "hello");
    }

    @Test
    void chunksLeaveInOneWrite() {
        out.head(head(), -1);
        out.chunk(new BufferChunk(buffer("hello")));
        out.chunk(Chunk.of(new byte[] {'h', 'i'}));
        out.lastChunk();

        out.flush();

        assertThat(written()).containsExactly(HEAD + "5\r\nhello\r\n2\r\nhi\r\n0\r\n\r\n");
    }

    @Test
    void aLargePieceGoesOnAsItIs() {
        ByteBuf body = large();
        out.head(head(), LARGE);
        out.piece(new BufferChunk(body));
        out.flush();

        assertThat((ByteBuf) channel.readOutbound()).satisfies(first -> {
            assertThat(first.toString(StandardCharsets.ISO_8859_1)).isEqualTo(HEAD);
            first.release();
        });
        assertThat((ByteBuf) channel.readOutbound()).isSameAs(body);
        assertThat(body.refCnt()).as("the channel's now").isEqualTo(1);
        body.release();
    }

    @Test
    void aLargeChunkStandsBetweenItsLines() {
        out.chunk(new BufferChunk(large()));
        out.chunk(new BufferChunk(buffer("hi")));
        out.lastChunk();
        out.flush();

        assertThat(written()).containsExactly("2001\r\n", "x".repeat(LARGE), "\r\n2\r\nhi\r\n0\r\n\r\n");
    }

    @Test
    void whatIsGatheredHasABound() {
        for (int i = 0; i < 100; i++) {
            out.piece(new BufferChunk(buffer("y".repeat(1_000))));
        }
        out.flush();

        List<String> writes = written();
        assertThat(writes).hasSizeGreaterThan(5).allMatch(write -> write.length() <= 16 << 10);
        assertThat(String.join("", writes)).isEqualTo("y".repeat(100_000));
    }

    @Test
    void nothingIsWrittenBeforeItIsFlushed() {
        out.head(head(), 5);
        assertThat(written()).isEmpty();

        out.write();
        assertThat(written()).isEmpty();
        out.flush();
        assertThat(written()).containsExactly(HEAD);
    }

    @Test
    void aFlushOfNothingWritesNothing() {
        out.flush();

        assertThat(written()).isEmpty();
    }

    @Test
    void whatIsDroppedIsGivenBackAndNotWritten() {
        out.head(head(), 5);
        out.drop();
        out.drop();
        out.piece(new BufferChunk(buffer("next")));
        out.flush();

        assertThat(written()).containsExactly("next");
    }

    @Test
    void aPieceOfAnyKindIsWrittenAndReleased() {
        List<String> released = new ArrayList<>();
        out.piece(new Chunk() {
            @Override
            public int size() {
                return 2;
            }

            @Override
            public ByteBuffer bytes() {
                return ByteBuffer.wrap(new byte[] {'h', 'i'}).asReadOnlyBuffer();
            }

            @Override
            public void release() {
                released.add("once");
            }
        });
        out.flush();

        assertThat(written()).containsExactly("hi");
        assertThat(released).hasSize(1);
    }

    @Test
    void aPartOfABufferIsWrittenAsThatPart() {
        ByteBuf whole = buffer("say hello, all");
        out.piece(new BufferChunk(whole.readerIndex(4).readRetainedSlice(5)));
        whole.release();
        out.flush();

        assertThat(written()).containsExactly("hello");
        assertThat(whole.refCnt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1, 9, 10, 15, 16, 17, 255, 256, 4_095, 4_096, 65_535, 65_536, 1_048_575, 1_048_576, 0x7fffffff})
    void sizesOfChunksAreInHexadecimal(int size) {
        ByteBuf line = Unpooled.buffer();

        HeadWriter.chunkSize(line, size);

        assertThat(line.toString(StandardCharsets.US_ASCII)).isEqualTo(Integer.toHexString(size) + "\r\n");
    }
}
