package io.inferenceproxy.internal.netty;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Decodes heads of streams, and drops what is beyond the bound, which it says of the head: so that the refusal of such a head
 * is an answer like any other, and no bomb of a few bytes is ever unfolded in memory.
 */
final class StreamHeads extends DefaultHttp2HeadersDecoder {

    /** Fields count as much as RFC 9113 section 6.5.2 says, beside what stands in them. */
    private static final int OVERHEAD = 32;

    /** A block of that many bounds is no head any more, and ends the connection. */
    private static final int MOST_BLOCKS = 4;

    private final int most;

    /** @param most how much a head may count */
    StreamHeads(int most) {
        super(true, false, Long.MAX_VALUE >> 1);
        this.most = most;
    }

    /** The size that the client was told must not be enforced by the decoder, which would answer by itself. */
    @Override
    public void maxHeaderListSize(long told, long goAway) {
        // ours is in newHeaders() and maxHeaderListSizeGoAway()
    }

    @Override
    public long maxHeaderListSizeGoAway() {
        return (long) MOST_BLOCKS * most;
    }

    @Override
    protected Http2Headers newHeaders() {
        return new Bounded(most);
    }

    /** A head with a bound. */
    static final class Bounded extends DefaultHttp2Headers {
        private final int most;
        private long size;

        Bounded(int most) {
            super(false);
            this.most = most;
        }

        @Override
        public Http2Headers add(CharSequence name, CharSequence value) {
            size += (long) name.length() + value.length() + OVERHEAD;
            if (size <= most) {
                super.add(name, value);
            }
            return this;
        }

        /** Whether some of it was dropped. */
        boolean isTooLong() {
            return size > most;
        }

        @Override
        public boolean equals(Object other) {
            return super.equals(other);
        }

        @Override
        public int hashCode() {
            return super.hashCode();
        }
    }
}
