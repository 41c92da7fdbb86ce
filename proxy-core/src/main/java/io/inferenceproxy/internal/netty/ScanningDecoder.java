package io.inferenceproxy.internal.netty;

import io.inferenceproxy.internal.http1.HeadReader;
import io.inferenceproxy.internal.http1.HeadScanner;
import io.inferenceproxy.internal.http1.RequestHead;
import io.inferenceproxy.internal.http1.RequestHeads;
import io.inferenceproxy.internal.http1.ResponseHead;
import io.inferenceproxy.internal.http1.ResponseHeads;
import io.netty.buffer.ByteBuf;
import java.util.function.ToLongFunction;

/**
 * The decoder of the data path: heads by {@link HeadScanner}, bodies as slices of what was read. Nothing is gathered: an
 * unfinished head lives in the scanner, of everything else the state says how it goes on.
 *
 * @param <H> the kind of head
 */
final class ScanningDecoder<H> implements MessageDecoder<H> {

    private static final long CHUNKED = -1;
    private static final long UNTIL_CLOSE = -2;
    private static final long BROKEN = -3;
    private static final int LONGEST_TRAILERS = 16 << 10;

    private final HeadReader<H> heads;
    private final ToLongFunction<H> bodyLength;
    private final ChunkedReader chunks = new ChunkedReader(LONGEST_TRAILERS);
    private State state = State.HEAD;
    private long left;

    private enum State {
        HEAD,
        SIZED,
        CHUNKED,
        UNTIL_CLOSE,
        BROKEN
    }

    private ScanningDecoder(HeadReader<H> heads, ToLongFunction<H> bodyLength) {
        this.heads = heads;
        this.bodyLength = bodyLength;
    }

    static MessageDecoder<RequestHead> ofRequests(int longestHead) {
        return new ScanningDecoder<>(new RequestHeads(longestHead), head -> {
            if (head.problem() != null) {
                return BROKEN;
            }
            return head.length() == RequestHead.CHUNKED ? CHUNKED : head.length();
        });
    }

    static MessageDecoder<ResponseHead> ofResponses(ResponseHeads heads) {
        return new ScanningDecoder<>(heads, head -> {
            if (head.violation() != null) {
                return BROKEN;
            }
            if (head.bodiless()) {
                return 0;
            }
            return head.length() == ResponseHead.CHUNKED
                    ? CHUNKED
                    : head.length() == ResponseHead.UNTIL_CLOSE ? UNTIL_CLOSE : head.length();
        });
    }

    @Override
    public void decode(ByteBuf in, DecodedMessages<H> to) {
        while (in.isReadable()) {
            switch (state) {
                case HEAD -> {
                    if (!heads.scanner().begun() && !to.wantsMessage()) {
                        return;
                    }
                    head(in, to);
                }
                case SIZED -> sized(in, to);
                case CHUNKED -> chunked(in, to);
                case UNTIL_CLOSE -> to.content(in.readRetainedSlice(in.readableBytes()));
                case BROKEN -> in.skipBytes(in.readableBytes());
            }
        }
    }

    private void head(ByteBuf in, DecodedMessages<H> to) {
        HeadScanner scanner = heads.scanner();
        HeadScanner.Outcome outcome;
        do {
            int more = Math.min(in.readableBytes(), scanner.room());
            in.readBytes(scanner.block(), scanner.filled(), more);
            outcome = scanner.scan(more);
        } while (outcome == HeadScanner.Outcome.MORE && in.isReadable());
        if (outcome == HeadScanner.Outcome.MORE) {
            return;
        }
        if (outcome == HeadScanner.Outcome.WHOLE) {
            in.readerIndex(in.readerIndex() - (scanner.filled() - scanner.end()));
        }
        begin(heads.read(outcome), to);
    }

    private void begin(H head, DecodedMessages<H> to) {
        left = bodyLength.applyAsLong(head);
        boolean bodiless = left == 0;
        if (left == CHUNKED) {
            chunks.begin();
            state = State.CHUNKED;
        } else if (left == UNTIL_CLOSE) {
            state = State.UNTIL_CLOSE;
        } else if (left == BROKEN) {
            state = State.BROKEN;
        } else if (!bodiless) {
            state = State.SIZED;
        }
        to.head(head);
        if (bodiless) {
            to.end();
        }
    }

    private void sized(ByteBuf in, DecodedMessages<H> to) {
        int size = (int) Math.min(left, in.readableBytes());
        left -= size;
        boolean last = left == 0;
        if (last) {
            state = State.HEAD;
        }
        to.content(in.readRetainedSlice(size));
        if (last) {
            to.end();
        }
    }

    private void chunked(ByteBuf in, DecodedMessages<H> to) {
        switch (chunks.read(in, to)) {
            case MORE -> {
                // all of it was read
            }
            case END -> {
                state = State.HEAD;
                to.end();
            }
            case BROKEN -> {
                state = State.BROKEN;
                to.broken();
            }
        }
    }

    @Override
    public boolean headBegun() {
        return state == State.HEAD && heads.scanner().begun();
    }

    @Override
    public boolean hasLeftover() {
        return heads.scanner().begun();
    }

    @Override
    public void close() {
        state = State.BROKEN;
    }
}
