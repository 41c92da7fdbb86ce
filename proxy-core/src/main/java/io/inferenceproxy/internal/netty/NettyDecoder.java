package io.inferenceproxy.internal.netty;

import io.inferenceproxy.internal.http1.RequestHead;
import io.inferenceproxy.internal.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The other decoder: Netty's, under {@link HeadGuard}, in a channel of its own. It is what the scanner is measured against,
 * in strictness and in speed, and the way out should the scanner ever be found wrong.
 *
 * @param <H> the kind of head
 */
final class NettyDecoder<H> implements MessageDecoder<H> {

    private final EmbeddedChannel channel;
    private final Function<HttpMessage, H> heads;
    private final Predicate<H> refused;
    private final BooleanSupplier headBegun;
    private boolean broken;

    private NettyDecoder(
            EmbeddedChannel channel, Function<HttpMessage, H> heads, Predicate<H> refused, BooleanSupplier headBegun) {
        this.channel = channel;
        this.heads = heads;
        this.refused = refused;
        this.headBegun = headBegun;
    }

    static MessageDecoder<RequestHead> ofRequests(int longestHead) {
        StrictRequestDecoder decoder = new StrictRequestDecoder(longestHead);
        return new NettyDecoder<>(
                new EmbeddedChannel(decoder),
                message -> request((HttpRequest) message),
                head -> head.problem() != null,
                decoder::headBegun);
    }

    /** @param toHead whether the next final answer is one to a HEAD request */
    static MessageDecoder<ResponseHead> ofResponses(BooleanSupplier toHead) {
        StrictResponseDecoder decoder = new StrictResponseDecoder(toHead);
        return new NettyDecoder<>(
                new EmbeddedChannel(decoder),
                message -> response((HttpResponse) message, toHead.getAsBoolean()),
                head -> head.violation() != null,
                decoder::headBegun);
    }

    private static RequestHead request(HttpRequest request) {
        Throwable failure = request.decoderResult().cause();
        if (failure != null) {
            return failure instanceof TooLongHttpLineException || failure instanceof TooLongHttpHeaderException
                    ? RequestHead.tooLong(failure instanceof TooLongHttpLineException)
                    : RequestHead.broken(String.valueOf(failure.getMessage()));
        }
        return RequestHead.of(
                request.method().name(),
                request.uri(),
                request.protocolVersion().text(),
                request.headers().size(),
                new NettyHeaders(request.headers()));
    }

    private static ResponseHead response(HttpResponse response, boolean toHead) {
        Throwable failure = response.decoderResult().cause();
        return failure != null
                ? ResponseHead.broken(String.valueOf(failure.getMessage()))
                : ResponseHead.of(
                        response.protocolVersion().text(),
                        response.status().code(),
                        new NettyHeaders(response.headers()),
                        toHead);
    }

    @Override
    public void decode(ByteBuf in, DecodedMessages<H> to) {
        tell(to);
        if (broken) {
            in.skipBytes(in.readableBytes());
        } else if (in.isReadable() && channel.inboundMessages().isEmpty()) {
            channel.writeInbound(in.readRetainedSlice(in.readableBytes()));
            tell(to);
        }
    }

    private void tell(DecodedMessages<H> to) {
        while (!channel.inboundMessages().isEmpty()) {
            if (channel.inboundMessages().peek() instanceof HttpMessage && !broken && !to.wantsMessage()) {
                return;
            }
            Object message = channel.readInbound();
            if (broken) {
                ReferenceCountUtil.release(message);
            } else if (message instanceof HttpMessage decoded) {
                H head = heads.apply(decoded);
                broken = refused.test(head);
                to.head(head);
            } else if (message instanceof HttpContent content) {
                content(content, to);
            } else { // bytes of another protocol, behind a 101
                ReferenceCountUtil.release(message);
            }
        }
    }

    private void content(HttpContent content, DecodedMessages<H> to) {
        if (content.decoderResult().isFailure()) {
            content.release();
            broken = true;
            to.broken();
            return;
        }
        if (content.content().isReadable()) {
            to.content(content.content());
        } else {
            content.release();
        }
        if (content instanceof LastHttpContent) {
            to.end();
        }
    }

    @Override
    public boolean headBegun() {
        return channel.inboundMessages().isEmpty() && headBegun.getAsBoolean();
    }

    @Override
    public boolean hasLeftover() {
        return !channel.inboundMessages().isEmpty() || headBegun.getAsBoolean();
    }

    @Override
    public void close() {
        broken = true;
        channel.finishAndReleaseAll();
    }
}
