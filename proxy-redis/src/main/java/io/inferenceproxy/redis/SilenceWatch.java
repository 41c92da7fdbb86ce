package io.inferenceproxy.redis;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which nothing comes back though something was asked: the server hangs, or is there no more, and
 * only a new connection finds who has taken its place.
 *
 * <p>It looks twice in the given time, so that calls pay for no timer of their own.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whoever writes has the promise; closing cannot usefully fail
final class SilenceWatch extends ChannelDuplexHandler {

    private final long halfNanos;
    private boolean unanswered;
    private boolean suspicious;
    private @Nullable Future<?> looks;

    /**
     * A watch over one connection.
     *
     * @param most for how long nothing may come back; half of it is allowed in any case
     */
    SilenceWatch(Duration most) {
        this.halfNanos = most.toNanos() / 2;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        looks = context.executor()
                .scheduleWithFixedDelay(() -> look(context), halfNanos, halfNanos, TimeUnit.NANOSECONDS);
        context.fireChannelActive();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        unanswered = true;
        context.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        unanswered = false;
        suspicious = false;
        context.fireChannelRead(message);
    }

    private void look(ChannelHandlerContext context) {
        if (suspicious) {
            context.close();
        } else {
            suspicious = unanswered;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (looks != null) {
            looks.cancel(false);
        }
        context.fireChannelInactive();
    }
}
