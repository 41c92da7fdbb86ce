package io.inferenceproxy.internal.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.util.internal.PlatformDependent;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the system drop what would begin a connection to a listening socket, while those that have begun come to be accepted. A
 * socket that is simply closed resets whoever is in the middle of connecting, and who believes to be connected already.
 *
 * <p>Who is dropped tries again after a second, and is then refused, since nobody listens any more: a refusal is no lost call.
 */
final class NoNewcomers {

    private static final Logger LOG = LoggerFactory.getLogger(NoNewcomers.class);

    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;

    /** A filter of the system (classic BPF): {@code code, jt, jf, k}, eight bytes each. It sees segments from their TCP header on. */
    private static final long[][] PROGRAM = {
        {0x30, 0, 0, 13}, // load the byte of the flags
        {0x45, 0, 1, 0x02}, // SYN?
        {0x06, 0, 0, 0}, // drop it
        {0x06, 0, 0, 0xffffffffL} // take all of it
    };

    private static final int INSTRUCTION = 8;
    private static final int STRUCTURE = 16;
    private static final RawUnixChannelOption OPTION =
            new RawUnixChannelOption("SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, STRUCTURE);

    private NoNewcomers() {}

    /** Lets nobody new in; says whether the system has taken it on. */
    static boolean at(Channel listening) {
        if (!(listening instanceof EpollServerSocketChannel) || !PlatformDependent.hasUnsafe()) {
            return false;
        }
        ByteBuffer program =
                ByteBuffer.allocateDirect(PROGRAM.length * INSTRUCTION).order(ByteOrder.nativeOrder());
        for (long[] instruction : PROGRAM) {
            program.putShort((short) instruction[0])
                    .put((byte) instruction[1])
                    .put((byte) instruction[2])
                    .putInt((int) instruction[3]);
        }
        ByteBuffer structure = ByteBuffer.allocateDirect(STRUCTURE).order(ByteOrder.nativeOrder());
        structure.putShort(0, (short) PROGRAM.length);
        structure.putLong(INSTRUCTION, PlatformDependent.directBufferAddress(program));
        try {
            return listening.config().setOption(OPTION, structure);
        } catch (ChannelException | IllegalArgumentException refused) {
            LOG.debug("the system does not filter; who connects at the very end is reset", refused);
            return false;
        } finally {
            Reference.reachabilityFence(program); // the system was told no more than its address
        }
    }
}
