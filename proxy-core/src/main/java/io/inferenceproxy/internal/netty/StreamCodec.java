package io.inferenceproxy.internal.netty;

import io.inferenceproxy.server.ServerOptions;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;

/** Makes Netty's codec of HTTP/2 with bounds on everything that a client can make grow. */
final class StreamCodec extends Http2FrameCodecBuilder {

    private static final int MOST_SMALL_CONTINUATIONS = 16;
    private static final int MOST_RESETS = 200;
    private static final int RESETS_WITHIN_SECONDS = 30;

    private final Calm calm = new Calm();

    private StreamCodec() {}

    /** @param partial learns of heads that have come in part */
    static Http2FrameCodec of(ServerOptions options, PartialHeads.Listener partial) {
        int longestHead = (int) options.maxHead().bytes();
        StreamCodec builder = new StreamCodec();
        builder.initialSettings(Http2Settings.defaultSettings()
                .maxConcurrentStreams(options.http2().maxStreams())
                .maxHeaderListSize(longestHead));
        builder.decoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESETS_WITHIN_SECONDS);
        Http2Connection connection = new DefaultHttp2Connection(true, 0);
        Http2ConnectionEncoder encoder = new CalmEncoder(connection, new DefaultHttp2FrameWriter(), builder.calm);
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection,
                encoder,
                new PartialHeads(
                        new DefaultHttp2FrameReader(new StreamHeads(longestHead), MOST_SMALL_CONTINUATIONS), partial),
                Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                true,
                true,
                true);
        builder.codec(decoder, encoder);
        return builder.build();
    }

    @Override
    protected Http2FrameCodec build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        return super.build(new CalmDecoder(decoder, calm), encoder, settings);
    }
}
